#include "bitworth/quality/divergence_summary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bitworth/base/rng.hpp"
#include "tests/support/divergence_rows.hpp"
#include "tests/support/source_dir.hpp"

namespace bitworth::quality {
namespace {

using bitworth::tests::DivergenceRows;

// A context whose tokens all lie in one document and all have that score.
ContextScores context_of(int context, int document, int tokens, const TokenScore& score) {
  ContextScores result{context, ScoreMode::exact, {{document, {}}}, {}, {}};
  for (int i = 0; i < tokens; ++i) {
    result.documents[0].sums.add(score, ScoreMode::exact);
    result.kld.push_back(static_cast<float>(score.kld));
    result.probability_changes.push_back(static_cast<float>(score.probability_change));
  }
  return result;
}

TokenScore with_kld(double kld) {
  return {.baseline_nll = 1, .candidate_nll = 1.5, .kld = kld, .probability_change = -0.1, .same_top = true};
}

std::vector<ContextScores> with_klds(const std::vector<double>& klds) {
  std::vector<ContextScores> result;
  for (std::size_t i = 0; i < klds.size(); ++i)
    result.push_back(context_of(static_cast<int>(i), static_cast<int>(i), 10, with_kld(klds[i])));
  return result;
}

TEST(ClusteredRatio, IsTheJackknifeByHand) {
  // Means without one cluster: 2.5, 2, 1.5. Squared changes from 2 add up to 0.5, times 2/3. t(0.975, 2)
  // = 4.302653.
  const std::vector<ClusterPart> parts = {{1, 1}, {2, 1}, {3, 1}};
  const ClusteredValue mean = clustered_ratio(parts);
  EXPECT_DOUBLE_EQ(mean.value, 2);
  EXPECT_NEAR(mean.standard_error, 0.57735026918963, 1e-13);
  EXPECT_NEAR(mean.low, 2 - 4.302652729911275 * 0.57735026918963, 1e-9);
  // On the logarithm: ln 1.25, 0, ln 0.75.
  const double error = std::sqrt(2.0 / 3 * (std::pow(std::log(1.25), 2) + std::pow(std::log(0.75), 2)));
  const ClusteredValue positive = clustered_positive_ratio(parts);
  EXPECT_NEAR(positive.standard_error, 2 * error, 1e-13);
  EXPECT_NEAR(positive.high, 2 * std::exp(4.302652729911275 * error), 1e-8);
  EXPECT_NEAR(clustered_log_ratio(parts)->value, std::log(2.0), 1e-15);
  EXPECT_NEAR(clustered_log_ratio(parts)->standard_error, error, 1e-13);
}

TEST(ClusteredRatio, StaysDefinedWhereTheLogarithmIsNot) {
  const std::vector<ClusterPart> one_cluster = {{0, 5}, {1, 5}, {0, 5}}, none = {{0, 5}, {0, 5}};
  EXPECT_EQ(clustered_positive_ratio(one_cluster).low, 0);
  EXPECT_GT(clustered_positive_ratio(one_cluster).high, 1.0 / 15);
  EXPECT_EQ(clustered_positive_ratio(none).high, 0);
  EXPECT_FALSE(clustered_log_ratio(none));
}

TEST(Divergence, IsWeightedByTokensAndClusteredByDocument) {
  // Document 0 has 30 tokens in two contexts, the other five 10 each.
  std::vector<ContextScores> contexts = {context_of(0, 0, 10, with_kld(0.3)),
                                         context_of(1, 0, 20, with_kld(0.3))};
  for (int i = 2; i < 7; ++i) contexts.push_back(context_of(i, i, 10, with_kld(0.1)));
  const DivergenceSummary summary = summarize(contexts);
  EXPECT_EQ(summary.tokens, 80);
  EXPECT_EQ(summary.contexts, 7);
  EXPECT_EQ(summary.documents, 6);
  EXPECT_EQ(summary.clusters, 6);
  EXPECT_EQ(summary.unit, ClusterUnit::document);
  EXPECT_TRUE(summary.few_clusters());
  EXPECT_NEAR(summary.kld.value, (30 * 0.3 + 50 * 0.1) / 80, 1e-15);
  EXPECT_NEAR(summary.log_perplexity_ratio.value, 0.5, 1e-15);
  EXPECT_NEAR(summary.log_perplexity_ratio.standard_error, 0, 1e-15);
  EXPECT_NEAR(summary.candidate_perplexity(), std::exp(1.5), 1e-12);
  EXPECT_NEAR(summary.probability_change.value, -0.1, 1e-15);
  EXPECT_NEAR(summary.rms_probability_change.value, 0.1, 1e-15);
  EXPECT_NEAR(summary.share_above_tenth_nat, 80.0 / 80, 1e-15);  // 0.1F lies above 0.1
  EXPECT_NEAR(summary.largest_kld, 0.3, 1e-7);
  EXPECT_NEAR(summary.least_kld, 0.1, 1e-7);
}

TEST(Divergence, FallsBackToContextsAndThenToNone) {
  std::vector<ContextScores> contexts;
  for (int i = 0; i < 4; ++i) contexts.push_back(context_of(i, i / 2, 10, with_kld(0.1 * (i + 1))));
  EXPECT_EQ(summarize(contexts).unit, ClusterUnit::context);
  EXPECT_EQ(summarize(contexts).clusters, 4);
  EXPECT_EQ(summarize(contexts).documents, 2);
  contexts.resize(1);
  const DivergenceSummary one = summarize(contexts);
  EXPECT_EQ(one.unit, ClusterUnit::none);
  EXPECT_EQ(one.kld.low, one.kld.value);
  EXPECT_EQ(one.kld.high, one.kld.value);
}

TEST(Divergence, BoundsADisagreementThatWasNotSeen) {
  const DivergenceSummary summary = summarize(with_klds(std::vector<double>(20, 0.01)));
  EXPECT_EQ(summary.same_top.value, 1);
  EXPECT_EQ(summary.same_top.high, 1);
  EXPECT_NEAR(std::pow(summary.same_top.low, 20), 0.025, 1e-12);  // all 20 agree with that chance
}

TEST(Divergence, MarksPercentilesThatFewTokensSupport) {
  const auto supported = [](int tokens) {
    std::vector<double> percents;
    const DivergenceSummary summary = summarize(std::vector{context_of(0, 0, tokens, with_kld(0.01))});
    for (const Percentile& p : summary.kld_percentiles)
      if (p.well_supported) percents.push_back(p.percent);
    return percents;
  };
  EXPECT_EQ(supported(199), std::vector<double>{});
  EXPECT_EQ(supported(200), (std::vector<double>{50}));
  EXPECT_EQ(supported(10'000), (std::vector<double>{50, 90, 95, 99}));
  EXPECT_EQ(supported(99'999), (std::vector<double>{50, 90, 95, 99}));
  EXPECT_EQ(supported(100'000), (std::vector<double>{50, 90, 95, 99, 99.9}));
}

TEST(Divergence, ComparesCandidatesPairedByDocument) {
  // Documents differ tenfold, the ratio hardly: unpaired intervals overlap, the paired one does not hold 1.
  std::vector<double> a, b;
  for (int i = 0; i < 12; ++i) {
    a.push_back(0.01 * std::pow(10.0, i / 11.0));
    b.push_back(a.back() * (i % 2 == 0 ? 1.2 : 1.3));
  }
  const auto of_a = with_klds(a), of_b = with_klds(b);
  EXPECT_GT(summarize(of_a).kld.high, summarize(of_b).kld.low);
  const auto ratio = compare(of_a, of_b);
  ASSERT_TRUE(ratio && *ratio);
  EXPECT_EQ((*ratio)->nearer(), Nearer::a);
  EXPECT_LT((*ratio)->ratio_high(), 0.83);
  EXPECT_GT((*ratio)->ratio_low(), 0.75);
  EXPECT_EQ((*compare(of_b, of_a))->nearer(), Nearer::b);
  EXPECT_EQ((*compare(of_a, of_a))->nearer(), Nearer::undecided);
}

TEST(Divergence, RefusesToCompareDifferentTokens) {
  const auto a = with_klds({0.1, 0.2, 0.3, 0.4, 0.5, 0.6});
  auto b = a;
  b[2].documents[0].sums.tokens = 9;
  EXPECT_EQ(
      to_text(compare(a, b).error()),
      "the two were not scored on the same tokens in the same way; score both on one text with one context "
      "and one mode");
  b = a;
  b.pop_back();
  EXPECT_FALSE(compare(a, b));
  b = a;
  b[0].mode = ScoreMode::compat;
  EXPECT_FALSE(compare(a, b));
}

TEST(Divergence, StandsAgainstTheNoiseFloor) {
  const auto floor = with_klds({1e-4, 1.1e-4, 0.9e-4, 1e-4, 1.2e-4, 0.8e-4});
  const auto against = [&](const std::vector<double>& klds) {
    return *against_floor(with_klds(klds), floor, 2);
  };
  EXPECT_EQ(against({1.9e-4, 2e-4, 2e-4, 1.9e-4, 2e-4, 2e-4}), AgainstFloor::indistinguishable);
  EXPECT_EQ(against({1e-4, 8e-4, 1e-4, 1e-4, 1e-4, 1e-4}), AgainstFloor::unclear);
  EXPECT_EQ(against({1e-3, 1.1e-3, 1e-3, 1e-3, 1e-3, 0.9e-3}), AgainstFloor::above);
  const auto silent = with_klds(std::vector<double>(6, 0));
  EXPECT_EQ(*against_floor(floor, silent, 2), AgainstFloor::above);
  EXPECT_EQ(*against_floor(silent, silent, 2), AgainstFloor::indistinguishable);
  EXPECT_EQ(*against_floor(silent, floor, 2), AgainstFloor::indistinguishable);
}

// Documents drawn from a population whose mean is known; the share of intervals that hold it.
double coverage(int documents, double document_spread) {
  constexpr int repetitions = 2000;
  Rng rng(42);
  const double truth = 0.01 * std::exp(document_spread * document_spread / 2);
  int covered = 0;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    std::vector<ClusterPart> parts;
    for (int i = 0; i < documents; ++i) {
      const double tokens = 50 + 750 * rng.uniform();
      const double mean = 0.01 * std::exp(document_spread * rng.normal());
      parts.push_back({tokens * mean * std::exp(0.1 * rng.normal() - 0.005), tokens});
    }
    const ClusteredValue value = clustered_positive_ratio(parts);
    covered += value.low <= truth && truth <= value.high;
  }
  return static_cast<double>(covered) / repetitions;
}

TEST(Divergence, IntervalsCoverWhatTheyPromise) {
  EXPECT_NEAR(coverage(60, 0.5), 0.95, 0.02);
  EXPECT_NEAR(coverage(20, 0.5), 0.94, 0.02);
  EXPECT_NEAR(coverage(6, 0.2), 0.94, 0.02);
  EXPECT_GT(coverage(6, 0.5), 0.90);
}

TEST(ScoredContext, KeepsSumsByDocument) {
  const DivergenceRows rows;
  std::vector<int> documents(31, 4);
  for (std::size_t i = 10; i < 20; ++i) documents[i] = 7;
  const auto scores = score_exact({2, rows.next_of(2), documents}, rows.vocabulary, rows.baseline_of(2),
                                  rows.candidate_of(2));
  ASSERT_TRUE(scores);
  ASSERT_EQ(scores->documents.size(), 2U);  // document 4 goes on after 7
  EXPECT_EQ(scores->documents[0].sums.tokens, 21);
  EXPECT_EQ(scores->documents[1].document, 7);
  EXPECT_EQ(scores->documents[1].sums.tokens, 10);
  double kld = 0;
  for (const float value : scores->kld) kld += static_cast<double>(value);
  EXPECT_NEAR(scores->total().kld, kld, 1e-6);
  EXPECT_GT(kld, 0.1);
}

// llama-perplexity squares floats as floats, which the printed digits of a long run may show.
TEST(ScoredContext, SquaresAsItsModeDoes) {
  const double nll = static_cast<double>(1.1F);
  DivergenceSums exact, compat;
  exact.add(TokenScore{.candidate_nll = nll}, ScoreMode::exact);
  compat.add(TokenScore{.candidate_nll = nll}, ScoreMode::compat);
  EXPECT_EQ(exact.candidate_nll_squared, nll * nll);
  EXPECT_EQ(compat.candidate_nll_squared, static_cast<double>(1.1F * 1.1F));
  EXPECT_NE(exact.candidate_nll_squared, compat.candidate_nll_squared);
}

TEST(ScoredContext, NamesTheTokenWhoseLogitsAreBroken) {
  DivergenceRows rows;
  const std::size_t at = 3 * rows.context_floats() + 16 * rows.vocabulary + 5;
  rows.candidate[at] = std::numeric_limits<float>::quiet_NaN();
  const ScoredTokens scored{3, rows.next_of(3), {}};
  const auto scores = score_exact(scored, rows.vocabulary, rows.baseline_of(3), rows.candidate_of(3));
  ASSERT_FALSE(scores);
  EXPECT_EQ(
      to_text(scores.error()),
      "the logits for scored token 17 of context 4 are not all numbers; damaged weights or an overflow in "
      "the engine: check the model files, or try another scheme");
  std::vector<std::uint16_t> row_words(31 * encoded_words(rows.vocabulary));
  EXPECT_FALSE(encode_context(scored, rows.vocabulary, rows.candidate_of(3), row_words));
}

// Per-context means of published runs on 330 documents, with their own cluster bootstrap and linearised
// errors.
TEST(PublishedContexts, AgreeWithTheirBootstrap) {
  const auto folder = bitworth::source_dir() / "../shared/data/quality";
  std::ifstream fixture(folder / "fixture_per_context_kld.json"), effects(folder / "design_effects.json");
  if (!fixture || !effects) GTEST_SKIP() << "no published contexts beside the repository";
  const auto data = nlohmann::json::parse(fixture), known = nlohmann::json::parse(effects);
  std::map<std::string, int> numbers;
  std::map<std::string, std::vector<ContextScores>> runs;
  for (const auto& [name, run] : data["formats"].items()) {
    for (std::size_t i = 0; i < data["cluster"].size(); ++i) {
      const int document =
          numbers.emplace(data["cluster"][i], static_cast<int>(numbers.size())).first->second;
      ContextScores context{static_cast<int>(i), ScoreMode::exact, {{document, {}}}, {0}, {0}};
      context.documents[0].sums.tokens = data["positions"][i];
      context.documents[0].sums.kld = run["mean_kld"][i].get<double>() * data["positions"][i].get<double>();
      runs[name].push_back(context);
    }
  }
  for (const auto& row : known["mean_kld_se"]) {
    const std::string name = row["format"];
    const DivergenceSummary summary = summarize(runs.at(name));
    EXPECT_EQ(summary.clusters, 330);
    EXPECT_NEAR(summary.kld.value, row["mean_kld"].get<double>(), 1e-9) << name;
    EXPECT_NEAR(summary.kld.standard_error / row["cluster_se_linearized"].get<double>(), 1, 0.02) << name;
    const double width =
        row["published_boot_ci95"][1].get<double>() - row["published_boot_ci95"][0].get<double>();
    EXPECT_NEAR(summary.kld.low, row["published_boot_ci95"][0].get<double>(), 0.05 * width) << name;
    EXPECT_NEAR(summary.kld.high, row["published_boot_ci95"][1].get<double>(), 0.05 * width) << name;
  }
  const auto& floor = runs.at("bf16_engine_floor");
  EXPECT_EQ(*against_floor(runs.at("gguf_q8_0"), floor, 2), AgainstFloor::above);
  EXPECT_EQ((*compare(runs.at("fp8_official"), runs.at("gguf_ud_q5_k_xl")))->nearer(), Nearer::b);
  EXPECT_LT((*compare(runs.at("fp8_official"), runs.at("gguf_ud_q5_k_xl")))->log_ratio.standard_error, 0.01);
}

}  // namespace
}  // namespace bitworth::quality
