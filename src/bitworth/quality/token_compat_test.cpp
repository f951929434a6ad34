#include "bitworth/quality/token_compat.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "bitworth/base/rng.hpp"

namespace bitworth::quality {
namespace {

std::vector<float> random_row(std::uint64_t seed, int vocabulary, double spread) {
  Rng rng(seed);
  std::vector<float> row;
  for (int i = 0; i < vocabulary; ++i) row.push_back(static_cast<float>(spread * rng.normal()));
  return row;
}

std::vector<std::uint16_t> encoded(const std::vector<float>& logits) {
  std::vector<std::uint16_t> row(encoded_words(static_cast<int>(logits.size())), 0xabcd);
  EXPECT_TRUE(encode_log_probs(logits, 0, row));
  return row;
}

TEST(CompatToken, EncodesByHand) {
  // Three equal steps of 5 nats below the top: the words are thirds of 65535, the last is the spare one.
  const std::vector<float> logits = {10, 5, 0, -5, -5};
  std::vector<std::uint16_t> row(encoded_words(5));
  const auto nll = encode_log_probs(logits, 1, row);
  const float log_sum =
      static_cast<float>(std::log(1 + std::exp(-5.0) + std::exp(-10.0) + 2 * std::exp(-15.0)));
  ASSERT_TRUE(nll);
  EXPECT_FLOAT_EQ(*nll, 5 + log_sum);
  float head[2];
  std::memcpy(head, row.data(), sizeof head);
  EXPECT_FLOAT_EQ(head[0], 15.0F / 65535);
  EXPECT_FLOAT_EQ(head[1], -15 - log_sum);
  EXPECT_EQ((std::vector<std::uint16_t>(row.begin() + 4, row.end())),
            (std::vector<std::uint16_t>{65535, 43690, 21845, 0, 0, 0}));
}

TEST(CompatToken, ClipsAtSixteenNats) {
  const std::vector<std::uint16_t> row = encoded({0, -16, -17, -100});
  float head[2];
  std::memcpy(head, row.data(), sizeof head);
  EXPECT_FLOAT_EQ(head[0], 16.0F / 65535);
  EXPECT_EQ(row[5], 0);
  EXPECT_EQ(row[6], 0);
  const std::vector<float> candidate = {0, -16, -17, -100};
  EXPECT_NEAR(score_token_compat(row, candidate, 3)->baseline_nll, 16, 1e-5);
  EXPECT_NEAR(score_token_compat(row, candidate, 3)->candidate_nll, 100, 1e-5);
}

TEST(CompatToken, EncodesEqualLogitsAsTheLowest) {
  const std::vector<std::uint16_t> row = encoded({2, 2, 2, 2});
  EXPECT_NEAR(score_token_compat(row, std::vector<float>{2, 2, 2, 2}, 1)->baseline_nll, std::log(4.0), 1e-6);
  EXPECT_NEAR(score_token_compat(row, std::vector<float>{2, 2, 2, 2}, 1)->kld, 0, 1e-6);
}

// Within the clip, compat mode is exact mode but for 16-bit rounding: half a step of 16 / 65535 nats.
TEST(CompatToken, IsNearTheExactScoreWithinTheClip) {
  const std::vector<float> baseline = random_row(1, 999, 1.5), candidate = random_row(2, 999, 1.5);
  for (const std::int32_t token : {0, 500, 998}) {
    const auto compat = score_token_compat(encoded(baseline), candidate, token);
    const auto exact = score_token(baseline, candidate, token);
    ASSERT_TRUE(compat && exact);
    EXPECT_NEAR(compat->kld, exact->kld, 1e-4);
    EXPECT_NEAR(compat->baseline_nll, exact->baseline_nll, 1.3e-4);
    EXPECT_NEAR(compat->candidate_nll, exact->candidate_nll, 2e-6);
    EXPECT_NEAR(compat->probability_change, exact->probability_change, 1e-5);
    EXPECT_EQ(compat->same_top, exact->same_top);
  }
}

TEST(CompatToken, IsAbsentWhereALogitIsNoNumber) {
  const std::vector<float> good = random_row(1, 9, 1);
  const std::vector<std::uint16_t> row = encoded(good);
  std::vector<std::uint16_t> out(encoded_words(9));
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    for (const std::size_t at : {0U, 4U, 8U}) {
      std::vector<float> logits = good;
      logits[at] = bad;
      EXPECT_FALSE(encode_log_probs(logits, 0, out));
      EXPECT_FALSE(score_token_compat(row, logits, 0));
    }
  }
  // The divergence would be infinite.
  std::vector<float> logits = good;
  logits[3] = -std::numeric_limits<float>::infinity();
  EXPECT_FALSE(score_token_compat(row, logits, 0));
  EXPECT_TRUE(encode_log_probs(logits, 0, out));
}

TEST(CompatToken, RefusesARowThatNoRunWrites) {
  const std::vector<float> logits = random_row(1, 9, 1);
  for (const float bad :
       {-1.0F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<std::uint16_t> row = encoded(logits);
    std::memcpy(row.data(), &bad, sizeof bad);
    EXPECT_FALSE(valid_log_probs(row)) << bad;
    EXPECT_FALSE(score_token_compat(row, logits, 0)) << bad;
  }
}

}  // namespace
}  // namespace bitworth::quality
