#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bitworth/base/rng.hpp"
#include "bitworth/quality/assess.hpp"
#include "bitworth/quality/divergence.hpp"
#include "bitworth/quality/holm.hpp"
#include "bitworth/quality/loss.hpp"
#include "bitworth/stats/student_t.hpp"
#include "tests/support/source_dir.hpp"

namespace bitworth::quality {
namespace {

constexpr double z975 = 1.959963984540054;

// Published and computed vectors count gains; losses have the other sign.
TEST(Tango, IntervalAndScoreOfKnownTables) {
  struct Row {
    cases::PairedCounts counts;
    double low, high, z_at_1pp;
  };
  // 56,227 pooled items of one FP8 and one NVFP4 model; 300 tool calls; no discordant item.
  const Row rows[] = {{{56227, 1994, 1427}, 0.008050649707455042, 0.01212685901409076, -0.0809446797469297},
                      {{56227, 958, 824}, 0.0009126805409490077, 0.0038583517504827674, 9.828047670882071},
                      {{300, 18, 12}, -0.01665511507308845, 0.05817995045716973, -0.5505099734193053},
                      {{100, 0, 0}, -0.03699349820698564, 0.03699349820698565, 1.005037815259212},
                      {{100, 5, 0}, 0.011156826882665088, 0.11175046923191909, -1.9900743804199785}};
  for (const Row& row : rows) {
    const Interval interval = tango_interval(weights(row.counts), z975);
    EXPECT_NEAR(interval.low, row.low, 1e-9);
    EXPECT_NEAR(interval.high, row.high, 1e-9);
    EXPECT_NEAR(tango_z(weights(row.counts), 0.01), row.z_at_1pp, 1e-9);
  }
}

// Bentur's 21 patients, the table of Tango's own paper: 1 and 7 discordant, 0.026 to 0.517.
TEST(Tango, IntervalOfItsOwnPaper) {
  const Interval interval = tango_interval({21, 1, 7}, z975);
  EXPECT_NEAR(-interval.high, 0.026, 0.0005);
  EXPECT_NEAR(-interval.low, 0.517, 0.0005);
}

TEST(McNemar, KnownTables) {
  EXPECT_NEAR(mcnemar({21, 1, 7}).exact, 0.0703, 5e-5);
  EXPECT_NEAR(mcnemar({21, 1, 7}).mid_p, 0.0391, 5e-5);
  EXPECT_NEAR(mcnemar({300, 18, 12}).exact, 0.3615946080535679, 1e-12);
  EXPECT_NEAR(mcnemar({300, 18, 12}).mid_p, 0.28104151505977143, 1e-12);
  EXPECT_NEAR(mcnemar({270, 7, 7}).mid_p, 0.8952636718749998, 1e-12);
  EXPECT_EQ(mcnemar({100, 0, 0}).mid_p, 1);
  EXPECT_NEAR(mcnemar({56227, 1994, 1427}).exact / 3.043557736504297e-22, 1, 1e-6) << "far in the tail";
}

TEST(ReferenceVectors, AllOfThem) {
  std::ifstream in(source_dir() / "../shared/data/quality/stat_test_vectors.json");
  if (!in) GTEST_SKIP() << "the reference data are not beside the repository";
  const nlohmann::json vectors = nlohmann::json::parse(in).at("vectors");
  ASSERT_GE(vectors.size(), 14U);
  for (const nlohmann::json& v : vectors) {
    const cases::PairedCounts counts{v.at("n"), v.at("b_base_only"), v.at("c_quant_only")};
    EXPECT_NEAR(counts.loss(), -v.at("delta").get<double>(), 1e-12);
    EXPECT_NEAR(mcnemar(counts).exact, v.at("mcnemar_exact"), 1e-9) << v;
    EXPECT_NEAR(mcnemar(counts).mid_p, v.at("mcnemar_midp"), 1e-9) << v;
    const Interval interval = tango_interval(weights(counts), z975);
    EXPECT_NEAR(interval.high, -v.at("tango95").at(0).get<double>(), 1e-9) << v;
    EXPECT_NEAR(interval.low, -v.at("tango95").at(1).get<double>(), 1e-9) << v;
    EXPECT_NEAR(tango_z(weights(counts), 0.01), v.at("tango_z_at_minus_0p01"), 1e-9) << v;
    const LossEvidence evidence({"", counts, {}, {}});
    EXPECT_NEAR(evidence.p_below(0.01), v.at("p_noninf_margin_0p01"), 1e-9) << v;
  }
}

// Computed from the formula apart from the program, at a true loss of zero.
TEST(ItemsNeeded, TableAtEightyPercentPower) {
  const std::int64_t table[4][3] = {
      {9586, 18918, 31440}, {2510, 4788, 7893}, {715, 1250, 2005}, {364, 589, 913}};
  const double margins[] = {0.005, 0.01, 0.02, 0.03}, discordances[] = {0.03, 0.06, 0.1};
  for (int m = 0; m < 4; ++m) {
    for (int d = 0; d < 3; ++d)
      EXPECT_NEAR(static_cast<double>(items_needed({margins[m]}, discordances[d]).value()),
                  static_cast<double>(table[m][d]), 1)
          << margins[m] << " " << discordances[d];
  }
}

TEST(ItemsNeeded, GrowAsTheMarginShrinksTheLossNearsItAndModelsDisagree) {
  std::int64_t last = 0;
  for (const double margin : {0.1, 0.05, 0.02, 0.01, 0.005, 0.001}) {
    const std::int64_t items = items_needed({margin}, 0.06).value();
    EXPECT_GT(items, last);
    last = items;
  }
  EXPECT_GT(items_needed({0.01}, 0.06, 0.005), items_needed({0.01}, 0.06, 0));
  EXPECT_GT(items_needed({0.01}, 0.06, 0), items_needed({0.01}, 0.06, -0.005)) << "a gain needs fewer";
  EXPECT_GT(items_needed({0.01}, 0.12), items_needed({0.01}, 0.06));
  EXPECT_GT(items_needed({0.01, 0.025, 0.9}, 0.06), items_needed({0.01, 0.025, 0.8}, 0.06));
  EXPECT_FALSE(items_needed({0.01}, 0.06, 0.01)) << "a loss as large as the margin is never accepted";
}

TEST(Holm, TextbookValues) {
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.005};
  const std::vector<double> adjusted = holm_adjusted(p);
  const double expected[] = {0.03, 0.06, 0.06, 0.02};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(adjusted[static_cast<std::size_t>(i)], expected[i], 1e-12);
  EXPECT_TRUE(holm_adjusted({}).empty());
}

TEST(StudentT, TabledQuantiles) {
  EXPECT_NEAR(stats::student_t_quantile(0.975, 1), 12.7062, 1e-4);
  EXPECT_NEAR(stats::student_t_quantile(0.975, 2), 4.30265, 1e-5);
  EXPECT_NEAR(stats::student_t_quantile(0.975, 9), 2.26216, 1e-5);
  EXPECT_NEAR(stats::student_t_quantile(0.9, 30), 1.31042, 1e-5);
  EXPECT_NEAR(stats::student_t_quantile(0.025, 9), -2.26216, 1e-5);
  EXPECT_NEAR(stats::student_t_cdf(2.26216, 9), 0.975, 1e-6);
}

cases::PairedCounts drawn(Rng& rng, int items, double baseline_only, double candidate_only) {
  cases::PairedCounts counts{items, 0, 0};
  for (int i = 0; i < items; ++i) {
    const double u = rng.uniform();
    counts.baseline_only += u < baseline_only;
    counts.candidate_only += u >= baseline_only && u < baseline_only + candidate_only;
  }
  return counts;
}

TEST(Properties, OfRandomTables) {
  Rng rng(1);
  for (int i = 0; i < 2000; ++i) {
    const int items = 1 + static_cast<int>(rng.uniform() * 500);
    const cases::PairedCounts counts = drawn(rng, items, rng.uniform() * 0.5, rng.uniform() * 0.5);
    const LossEvidence evidence({"", counts, {}, {}});
    const Interval narrow = evidence.interval(0.8), wide = evidence.interval(0.95);
    ASSERT_LE(wide.low, narrow.low);
    ASSERT_LE(narrow.low, counts.loss());
    ASSERT_LE(counts.loss(), narrow.high);
    ASSERT_LE(narrow.high, wide.high);
    ASSERT_GE(wide.low, -1);
    ASSERT_LE(wide.high, 1);
    double last = 1.1;
    for (double margin = 0.005; margin < 0.5; margin *= 1.5) {
      const double p = evidence.p_below(margin);
      ASSERT_LE(p, last + 1e-12) << "a wider margin is never harder to hold";
      ASSERT_NEAR(p + evidence.p_above(margin), 1, 1e-9);
      last = p;
    }
  }
}

TEST(Properties, HolmNeverClaimsMoreThanSingleTests) {
  Rng rng(2);
  for (int i = 0; i < 500; ++i) {
    std::vector<double> p(1 + static_cast<std::size_t>(rng.uniform() * 10));
    for (double& value : p) value = rng.uniform() * rng.uniform();
    const std::vector<double> adjusted = holm_adjusted(p);
    for (std::size_t k = 0; k < p.size(); ++k) {
      ASSERT_GE(adjusted[k], p[k]);
      ASSERT_LE(adjusted[k], 1);
      for (std::size_t j = 0; j < p.size(); ++j) {
        ASSERT_TRUE(p[j] >= p[k] || adjusted[j] <= adjusted[k]);
      }
    }
  }
}

// 4,000 tables each: the Monte-Carlo error of a share of 0.95 is 0.0034, of 0.025 it is 0.0025. Bounds lie
// four such errors from what the score interval promises.
TEST(Coverage, OfTheScoreInterval) {
  constexpr int tables = 4000;
  Rng rng(3);
  for (const auto& [items, b, c] : {std::tuple{200, 0.05, 0.03}, {500, 0.03, 0.03}, {1000, 0.08, 0.06}}) {
    int covered = 0;
    for (int i = 0; i < tables; ++i) {
      const Interval interval = tango_interval(weights(drawn(rng, items, b, c)), z975);
      covered += interval.low <= b - c && b - c <= interval.high;
    }
    EXPECT_NEAR(static_cast<double>(covered) / tables, 0.95, 4 * 0.0034) << items;
  }
}

TEST(Coverage, AcceptsAtTheMarginAsSeldomAsPromised) {
  constexpr int tables = 4000;
  Rng rng(4);
  int accepted = 0;
  for (int i = 0; i < tables; ++i)
    accepted += LossEvidence({"", drawn(rng, 500, 0.05, 0.03), {}, {}}).p_below(0.02) <= 0.025;
  EXPECT_LE(static_cast<double>(accepted) / tables, 0.025 + 4 * 0.0025);
  EXPECT_GE(static_cast<double>(accepted) / tables, 0.025 - 4 * 0.0025);
}

// The items that the plan asks for give the power that it promises (error 0.0063 at 4,000 tables).
TEST(Coverage, PlannedItemsGiveThePlannedPower) {
  constexpr int tables = 4000;
  const auto items = static_cast<int>(items_needed({0.03}, 0.06).value());
  Rng rng(5);
  int accepted = 0;
  for (int i = 0; i < tables; ++i)
    accepted += LossEvidence({"", drawn(rng, items, 0.03, 0.03), {}, {}}).p_below(0.03) <= 0.025;
  EXPECT_GE(static_cast<double>(accepted) / tables, 0.8 - 4 * 0.0063);
  EXPECT_LE(static_cast<double>(accepted) / tables, 0.83 + 4 * 0.0063);
}

// Clusters of ten items that mostly share their fate.
cases::OutcomeSlice clustered(Rng& rng, int clusters, double baseline_only, double candidate_only) {
  cases::OutcomeSlice slice;
  for (int g = 0; g < clusters; ++g) {
    cases::PairedCounts all;
    const cases::PairedCounts shared = drawn(rng, 1, baseline_only, candidate_only);
    for (int i = 0; i < 10; ++i) {
      const cases::PairedCounts own =
          rng.uniform() < 0.8 ? shared : drawn(rng, 1, baseline_only, candidate_only);
      ++all.items;
      all.baseline_only += own.baseline_only;
      all.candidate_only += own.candidate_only;
    }
    slice.clusters.push_back(all);
    slice.counts.items += all.items;
    slice.counts.baseline_only += all.baseline_only;
    slice.counts.candidate_only += all.candidate_only;
  }
  return slice;
}

// 2,000 tables: error 0.0049 of 0.95. The item-wise interval is shown to fail where the clustered one holds.
TEST(Coverage, OfClusteredItems) {
  constexpr int tables = 2000;
  Rng rng(6);
  int covered = 0, covered_as_items = 0;
  for (int i = 0; i < tables; ++i) {
    cases::OutcomeSlice slice = clustered(rng, 50, 0.12, 0.1);
    const Interval interval = LossEvidence(slice).interval(0.95);
    covered += interval.low <= 0.02 && 0.02 <= interval.high;
    slice.clusters.clear();
    const Interval naive = LossEvidence(slice).interval(0.95);
    covered_as_items += naive.low <= 0.02 && 0.02 <= naive.high;
  }
  EXPECT_NEAR(static_cast<double>(covered) / tables, 0.95, 4 * 0.0049);
  EXPECT_LT(static_cast<double>(covered_as_items) / tables, 0.8);
}

TEST(LossEvidence, ClustersOfOneItemChangeLittleAndOneClusterSaysNothing) {
  cases::OutcomeSlice slice{"", {1000, 40, 30}, {}, {}};
  const Interval items = LossEvidence(slice).interval(0.95);
  slice.clusters.assign(930, {1, 0, 0});
  slice.clusters.insert(slice.clusters.end(), 40, {1, 1, 0});
  slice.clusters.insert(slice.clusters.end(), 30, {1, 0, 1});
  EXPECT_NEAR(LossEvidence(slice).design_effect(), 1, 0.002);
  EXPECT_NEAR(LossEvidence(slice).interval(0.95).high, items.high, 1e-4);
  slice.clusters = {slice.counts};
  EXPECT_EQ(LossEvidence(slice).p_below(0.5), 1);
  EXPECT_EQ(LossEvidence(slice).p_above(-0.5), 1);
  EXPECT_EQ(LossEvidence(slice).interval(0.95).low, -1);
  EXPECT_EQ(LossEvidence(slice).interval(0.95).high, 1);
}

// Ten repeats of 50 questions without any disagreement are 50 questions, not 500.
TEST(LossEvidence, RepeatsWithoutDisagreementCountAsTheirClusters) {
  cases::OutcomeSlice slice{"", {500, 0, 0}, std::vector<cases::PairedCounts>(50, {10, 0, 0}), {}};
  EXPECT_DOUBLE_EQ(LossEvidence(slice).design_effect(), 10);
  EXPECT_GT(LossEvidence(slice).interval(0.95).high, tango_interval({50, 0, 0}, z975).high);
}

cases::QualityEvidence evidence(cases::PairedCounts counts) {
  cases::QualityEvidence result;
  result.whole = cases::OutcomeSlice{"all", counts, {}, {}};
  result.source = "test";
  result.provenance = Provenance::measured;
  return result;
}

TEST(Assess, ThreeOutcomes) {
  const Assessment fp8 = assess(evidence({56227, 958, 824}), {0.01});
  EXPECT_EQ(fp8.outcome, Outcome::accept);
  EXPECT_EQ(fp8.reason,
            "0.24 pp lost on 56,227 paired items, 95 % interval 0.091 pp to 0.39 pp, margin 1 pp");
  const Assessment nvfp4 = assess(evidence({56227, 1994, 1427}), {0.005});
  EXPECT_EQ(nvfp4.outcome, Outcome::reject);
  const Assessment tools = assess(evidence({300, 18, 12}), {0.01});
  EXPECT_EQ(tools.outcome, Outcome::inconclusive);
  EXPECT_EQ(tools.whole.more_items(), items_needed({0.01}, 0.1).value() - 300);
  EXPECT_NE(tools.reason.find("7,593 more paired items settle it if nothing is really lost"),
            std::string::npos)
      << tools.reason;
}

TEST(Assess, FewItemsTellNothing) {
  const Assessment one = assess(evidence({1, 0, 1}), {0.01});
  EXPECT_EQ(one.outcome, Outcome::inconclusive);
  EXPECT_FALSE(one.whole.more_items());
  EXPECT_EQ(one.reason.find("more paired items"), std::string::npos) << one.reason;
  EXPECT_NE(one.reason.find("lost on 1 paired item, 95 % interval"), std::string::npos) << one.reason;
  const std::int64_t least = items_needed({0.01}, 0).value();
  EXPECT_NE(
      one.reason.find(std::to_string(least) + " items are needed even if not one is answered differently"),
      std::string::npos)
      << one.reason;
  EXPECT_EQ(assess(evidence({least, 0, 0}), {0.01}).outcome, Outcome::accept);
}

// NVFP4 really cost a point: no number of items accepts that at a margin of a point.
TEST(Assess, SaysWhereMoreItemsCannotHelp) {
  const Assessment result = assess(evidence({56227, 1994, 1427}), {0.01});
  EXPECT_EQ(result.outcome, Outcome::inconclusive);
  EXPECT_FALSE(result.whole.more_items());
  EXPECT_NE(result.reason.find("choose a larger margin"), std::string::npos) << result.reason;
}

TEST(Assess, NoDifferenceSeenInFewItemsIsNotAcceptance) {
  EXPECT_EQ(assess(evidence({100, 0, 0}), {0.01}).outcome, Outcome::inconclusive);
  EXPECT_EQ(assess(evidence({1000, 0, 0}), {0.01}).outcome, Outcome::accept);
}

TEST(Assess, SlicesVetoAndNamedOnesMustHold) {
  cases::QualityEvidence all = evidence({20000, 300, 290});
  all.slices = {{"chat", {18000, 200, 240}, {}, {}}, {"math", {2000, 100, 50}, {}, {}}};
  EXPECT_EQ(assess(all, {0.01}).whole.outcome, Outcome::accept);
  EXPECT_EQ(assess(all, {0.01}).outcome, Outcome::reject) << "math loses 2.5 pp";
  all.slices[1].counts = {100, 3, 2};
  EXPECT_EQ(assess(all, {0.01}).outcome, Outcome::accept) << "too few items do not veto";
  const std::string named[] = {"math"};
  const Assessment strict = assess(all, {0.01}, named);
  EXPECT_EQ(strict.outcome, Outcome::inconclusive);
  EXPECT_TRUE(strict.reason.starts_with("slice \"math\" must hold and is not settled")) << strict.reason;
  const std::string unknown[] = {"code"};
  EXPECT_EQ(assess(all, {0.01}, unknown).outcome, Outcome::inconclusive);
}

// One of two slices passes alone at 0.025, but not once there are two of them to choose from.
TEST(Assess, HolmHoldsSlicesToMore) {
  cases::QualityEvidence all = evidence({2000, 20, 20});
  all.slices = {{"a", {1000, 10, 10}, {}, {}}, {"b", {1000, 10, 10}, {}, {}}};
  const Assessment both = assess(all, {0.01});
  EXPECT_GT(both.slices[0].holm_accept, both.slices[0].p_accept);
  EXPECT_LT(both.slices[0].p_accept, 0.025);
  EXPECT_GT(both.slices[0].holm_accept, 0.025);
  EXPECT_EQ(both.slices[0].outcome, Outcome::inconclusive);
  const std::string named[] = {"a"};
  EXPECT_EQ(assess(all, {0.01}, named).slices[0].holm_accept, both.slices[0].p_accept);
}

TEST(Assess, UnpairedScoresNeedMore) {
  cases::QualityEvidence scores = evidence({1319, 0, 0});
  scores.whole->unpaired = cases::ScoreDifference{0.005, std::hypot(0.0094, 0.0095)};
  const Assessment result = assess(scores, {0.02});
  EXPECT_EQ(result.outcome, Outcome::inconclusive);
  EXPECT_FALSE(result.whole.items_needed);
  EXPECT_NE(result.reason.find("--log_samples"), std::string::npos);
  EXPECT_NEAR(result.whole.interval.high, 0.005 + z975 * std::hypot(0.0094, 0.0095), 1e-12);
}

TEST(LossEstimate, IsTheEightyPercentIntervalWithItsOrigin) {
  const Estimate loss = loss_estimate(evidence({300, 18, 12}));
  EXPECT_DOUBLE_EQ(loss.value, 0.02);
  EXPECT_NEAR(loss.p10, tango_interval({300, 18, 12}, 1.2815515655446004).low, 1e-12);
  EXPECT_NEAR(loss.p90, tango_interval({300, 18, 12}, 1.2815515655446004).high, 1e-12);
  EXPECT_EQ(loss.provenance, Provenance::measured);
}

TEST(Screening, RejectsAndNeverAccepts) {
  const cases::DivergenceScreen limits{0.08, 5.5e-4, 2, 10, "test"};
  cases::QualityEvidence found;
  found.divergence = cases::Divergence{.mean_kld = 0.332};
  EXPECT_TRUE(screen(found, limits, 0.01).rejects);
  EXPECT_NEAR(screen(found, limits, 0.01).least_loss, (0.332 - 5.5e-4) * 0.08, 1e-12);
  EXPECT_FALSE(screen(found, limits, 0.05).rejects);
  found.divergence->standard_error = 0.02;  // ten times that leaves nothing to be sure of
  EXPECT_FALSE(screen(found, limits, 0.01).rejects);
  found.divergence = cases::Divergence{.mean_kld = 8e-4};
  EXPECT_TRUE(screen(found, limits, 0.01).within_noise);
  found.noise_floor = 2.5e-5;
  EXPECT_FALSE(screen(found, limits, 0.01).within_noise);
  EXPECT_FALSE(screen(found, limits, 0.01).rejects);
}

}  // namespace
}  // namespace bitworth::quality
