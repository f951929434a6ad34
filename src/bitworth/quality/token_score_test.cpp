#include "bitworth/quality/token_score.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "bitworth/base/rng.hpp"

namespace bitworth::quality {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

// The same by definition, in long double: softmax, then p ln(p / q).
struct Twin {
  Twin(const std::vector<float>& baseline, const std::vector<float>& candidate, std::size_t token) {
    const std::vector<long double> log_p = log_softmax(baseline), log_q = log_softmax(candidate);
    for (std::size_t i = 0; i < log_p.size(); ++i) kld += std::exp(log_p[i]) * (log_p[i] - log_q[i]);
    baseline_nll = -log_p[token];
    candidate_nll = -log_q[token];
    change = std::exp(log_q[token]) - std::exp(log_p[token]);
  }

  static std::vector<long double> log_softmax(const std::vector<float>& logits) {
    long double top = logits[0], sum = 0;
    for (const float logit : logits) top = std::max(top, static_cast<long double>(logit));
    for (const float logit : logits) sum += std::exp(static_cast<long double>(logit) - top);
    std::vector<long double> result;
    for (const float logit : logits) result.push_back(static_cast<long double>(logit) - top - std::log(sum));
    return result;
  }

  long double kld = 0, baseline_nll = 0, candidate_nll = 0, change = 0;
};

void expect_near(double value, long double reference) {
  const double tolerance = 1e-13 * std::max(1.0, static_cast<double>(std::abs(reference)));
  EXPECT_NEAR(value, static_cast<double>(reference), tolerance);
}

struct Rows {
  std::vector<float> baseline, candidate;
};

Rows random_rows(std::uint64_t seed, std::size_t vocabulary, double spread, double noise) {
  Rng rng(seed);
  Rows rows;
  for (std::size_t i = 0; i < vocabulary; ++i) {
    const double logit = spread * rng.normal();
    rows.baseline.push_back(static_cast<float>(logit));
    rows.candidate.push_back(static_cast<float>(logit + noise * rng.normal()));
  }
  return rows;
}

TEST(TokenScore, IsTheDefinitionOnTwoTokens) {
  const std::vector<float> baseline = {0, std::log(3.0F)}, candidate = {0, 0};
  const auto score = score_token(baseline, candidate, 1);
  ASSERT_TRUE(score);
  // p = 1/4, 3/4; q = 1/2, 1/2.
  EXPECT_NEAR(score->kld, 0.25 * std::log(0.5) + 0.75 * std::log(1.5), 1e-8);
  EXPECT_NEAR(score->baseline_nll, -std::log(0.75), 1e-8);
  EXPECT_NEAR(score->candidate_nll, std::log(2.0), 1e-15);
  EXPECT_NEAR(score->probability_change, -0.25, 1e-8);
  EXPECT_FALSE(score->same_top);
}

TEST(TokenScore, IsZeroOnEqualRowsAndOnShiftedOnes) {
  const Rows rows = random_rows(3, 1003, 5, 0);
  const auto equal = score_token(rows.baseline, rows.baseline, 17);
  EXPECT_EQ(equal->kld, 0);
  EXPECT_EQ(equal->probability_change, 0);
  EXPECT_TRUE(equal->same_top);
  std::vector<float> whole, shifted;
  for (int i = 0; i < 1003; ++i) whole.push_back(static_cast<float>(i % 19));
  for (const float logit : whole) shifted.push_back(logit + 1024);
  EXPECT_EQ(score_token(whole, shifted, 0)->kld, 0);
}

RC_GTEST_PROP(TokenScore, AgreesWithLongDouble, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto vocabulary = static_cast<std::size_t>(*rc::gen::inRange(1, 3000));
  const double spread = *rc::gen::element(0.0, 0.5, 4.0, 30.0);
  const double noise = *rc::gen::element(0.0, 1e-4, 0.02, 1.0, 20.0);
  const Rows rows = random_rows(seed, vocabulary, spread, noise);
  const auto token = static_cast<std::int32_t>(seed % vocabulary);
  const Twin twin(rows.baseline, rows.candidate, static_cast<std::size_t>(token));
  const auto score = score_token(rows.baseline, rows.candidate, token);
  RC_ASSERT(score.has_value());
  expect_near(score->kld, twin.kld);
  expect_near(score->baseline_nll, twin.baseline_nll);
  expect_near(score->candidate_nll, twin.candidate_nll);
  expect_near(score->probability_change, twin.change);
  RC_ASSERT(!::testing::Test::HasFailure());
}

// Of two tokens, -ln p is ln(1 + e^x): the exponential alone, over all of the range that is not scaled.
TEST(TokenScore, HasAnExponentialToTheLastDigits) {
  for (int i = 0; i <= 700; ++i) {
    const std::vector<float> row = {0, -0.001F * static_cast<float>(i)};
    const long double reference = std::log1p(std::exp(static_cast<long double>(row[1])));
    EXPECT_NEAR(score_token(row, row, 0)->baseline_nll, static_cast<double>(reference), 5e-16) << row[1];
  }
}

TEST(TokenScore, KeepsDigitsOfATinyDivergence) {
  const Rows rows = random_rows(5, 32'000, 3, 1e-4);
  const Twin twin(rows.baseline, rows.candidate, 0);
  EXPECT_LT(twin.kld, 1e-8L);
  EXPECT_NEAR(score_token(rows.baseline, rows.candidate, 0)->kld, static_cast<double>(twin.kld), 1e-13);
}

TEST(TokenScore, TakesTheFirstOfEqualTops) {
  // The largest lies in the first, a middle and the last, incomplete block, and comes a second time later.
  for (const std::size_t at : {0U, 600U, 1029U}) {
    std::vector<float> baseline(1031, 0.0F), candidate(1031, 0.0F);
    baseline[at] = baseline[1030] = 2;
    candidate[at] = 1;
    EXPECT_TRUE(score_token(baseline, candidate, 0)->same_top) << at;
    candidate[at] = 0;
    candidate[1030] = 1;
    EXPECT_FALSE(score_token(baseline, candidate, 0)->same_top) << at;
  }
}

TEST(TokenScore, IsAbsentWhereALogitIsNoNumber) {
  for (const float bad : {not_a_number, -not_a_number, infinity}) {
    for (const std::size_t at : {0U, 9U, 599U, 1002U}) {
      Rows rows = random_rows(7, 1003, 1, 0.1);
      rows.baseline[at] = bad;
      EXPECT_FALSE(score_token(rows.baseline, rows.candidate, 0)) << bad << " at " << at;
      EXPECT_FALSE(score_token(rows.candidate, rows.baseline, 0)) << bad << " at " << at;
    }
  }
  const std::vector<float> nothing(20, -infinity), something(20, 1.0F);
  EXPECT_FALSE(score_token(something, nothing, 0));
}

TEST(TokenScore, StaysFiniteWithImpossibleTokens) {
  // Tokens that both rule out do not count; one that only the candidate rules out costs p * 700.
  std::vector<float> baseline = {0, 0, -infinity}, candidate = {0, 0, -infinity};
  EXPECT_EQ(score_token(baseline, candidate, 0)->kld, 0);
  EXPECT_NEAR(score_token(baseline, candidate, 2)->candidate_nll, 700 + std::log(2.0), 1e-12);
  candidate[1] = -infinity;
  EXPECT_NEAR(score_token(baseline, candidate, 0)->kld, 0.5 * 700 - std::log(2.0), 1e-12);
  const float huge = std::numeric_limits<float>::max();
  baseline = {huge, -huge};
  candidate = {-huge, huge};
  EXPECT_NEAR(score_token(baseline, candidate, 0)->kld, 700, 1e-12);
}

}  // namespace
}  // namespace bitworth::quality
