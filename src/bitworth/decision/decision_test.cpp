#include <gtest/gtest.h>

#include <memory>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/decide.hpp"
#include "bitworth/decision/operation.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

using tests::ideal_case;
using tests::ideal_fp8;

// A busy case in which an 8-bit option surely pays: everything known exactly, work for an hour.
cases::Case busy_case() {
  cases::Case c = ideal_case();
  c.workload.requests_per_second = certain(500, Provenance::stated, "test");
  c.money.engineering_hours = certain(1, Provenance::stated, "test");
  c.money.engineer_price_per_hour = certain(100, Provenance::stated, "test");
  c.options = {ideal_fp8()};
  c.thresholds = {.low_volume_requests_per_day = 1e4,
                  .high_volume_requests_per_day = 1e6,
                  .small_compute_share = 0.1,
                  .frequent_updates_per_year = 4};
  return c;
}

// A small sample: what these tests ask does not hang on it.
constexpr CapacitySettings quick{.requests = 1000, .samples = 2};

TEST(Decide, GoesWhereWholeGpusAreSaved) {
  const Decision decision = decide(busy_case(), {.draws = 100});
  EXPECT_EQ(decision.verdict, Verdict::go);
  EXPECT_GT(decision.options[0].gpus_saved->value, 0);
  EXPECT_GT(decision.options[0].net_worth->p10, 0);
  EXPECT_EQ(decision.options[0].probability_pays, 1);
}

TEST(Decide, CashEndsAtTheNetWorth) {
  cases::Case c = busy_case();
  c.money.engineering_hours = {50, 20, 90, Provenance::stated, "test", ""};
  const OptionDecision option = decide(c, {.draws = 200, .capacity = quick}).options[0];
  ASSERT_EQ(option.cash.size(), static_cast<std::size_t>(c.money.horizon_months) + 1);
  EXPECT_DOUBLE_EQ(option.cash.front().value, -option.money->once);
  EXPECT_NEAR(option.cash.back().value, option.net_worth->value, 1e-6);
  EXPECT_NEAR(option.cash.back().p10, option.net_worth->p10, 1e-6);
  EXPECT_NEAR(option.cash.back().p90, option.net_worth->p90, 1e-6);
}

TEST(Decide, CashOfWhatIsRolledBackStaysAtWhatWasSpent) {
  cases::Case c = busy_case();
  c.workload.requests_per_second = certain(0.1, Provenance::stated, "test");
  c.quality.dollars_per_error = 1;
  const OptionDecision option = decide(c, {.draws = 100, .capacity = quick}).options[0];
  ASSERT_FALSE(option.cash.empty());
  for (const CashPoint& point : option.cash) EXPECT_EQ(point.value, -option.money->once) << point.month;
}

TEST(Decide, RefusesWhereTheFleetStays) {
  cases::Case c = busy_case();
  c.workload.requests_per_second = certain(1, Provenance::stated, "test");
  const Decision decision = decide(c, {.draws = 100});
  EXPECT_EQ(decision.verdict, Verdict::no_go);
  EXPECT_EQ(decision.options[0].gpus_saved->value, 0);
  EXPECT_GT(decision.options[0].speedup->value, 1.3) << "faster all the same";
  EXPECT_EQ(decision.options[0].net_worth->value, -100) << "the hour is spent";
  EXPECT_FALSE(decision.options[0].money->payback_months);
}

TEST(Decide, RefusesAMissedBarWhateverItSaves) {
  cases::Case c = busy_case();
  c.options[0].quality_loss = certain(0.05, Provenance::measured, "test");
  EXPECT_EQ(decide(c, {.draws = 100}).verdict, Verdict::no_go);
}

TEST(Decide, MeasuresAnUnclearBar) {
  cases::Case c = busy_case();
  c.options[0].quality_loss = {0.008, 0.002, 0.03, Provenance::prior, "test", ""};
  const Decision decision = decide(c, {.draws = 2000});
  EXPECT_EQ(decision.verdict, Verdict::measure);
  EXPECT_EQ(decision.options[0].bar, Bar::unclear);
  ASSERT_NE(decision.options[0].information->best_measurement(), nullptr);
  EXPECT_EQ(decision.options[0].information->best_measurement()->ids, std::vector<std::string>{"quality"});
}

// The same where nothing measures quality: then nothing can be chosen.
TEST(Decide, RefusesWhatNoMeasurementCanClear) {
  cases::Case c = busy_case();
  c.options[0].quality_loss = {0.008, 0.002, 0.03, Provenance::prior, "test", ""};
  c.measurements.reset();
  EXPECT_EQ(decide(c, {.draws = 1000}).verdict, Verdict::no_go);
}

// A measurement that costs more than it gains is not made.
TEST(Decide, DoesNotMeasureWhatIsNotWorthIt) {
  cases::Case c = busy_case();
  c.options[0].quality_loss = {0.008, 0.002, 0.03, Provenance::prior, "test", ""};
  std::vector<cases::Measurement> dear = *c.measurements;
  for (cases::Measurement& measurement : dear) measurement.hours = 1e9;
  c.measurements = std::make_shared<const std::vector<cases::Measurement>>(dear);
  EXPECT_EQ(decide(c, {.draws = 1000}).verdict, Verdict::no_go);
}

// Nothing is certain about the hours, and half of their range costs more than the saving.
TEST(Decide, MeasuresWhereTheIntervalHoldsZero) {
  cases::Case c = busy_case();
  const double saved = decide(c, {.draws = 100}).options[0].net_worth->value;
  c.money.engineering_hours = {saved / 100, saved / 400, saved / 25, Provenance::stated, "test", ""};
  const Decision decision = decide(c, {.draws = 4096});
  EXPECT_EQ(decision.verdict, Verdict::measure);
  EXPECT_LT(decision.options[0].net_worth->p10, 0);
  EXPECT_GT(decision.options[0].net_worth->p90, 0);
}

TEST(Decide, WithoutAPriceGivesGpusAndNoDollars) {
  cases::Case c = busy_case();
  c.hardware.price_per_gpu_hour.reset();
  const Decision decision = decide(c, {.draws = 100});
  EXPECT_EQ(decision.verdict, Verdict::measure);
  EXPECT_GT(decision.options[0].gpus_saved->value, 0);
  EXPECT_FALSE(decision.options[0].net_worth);
  EXPECT_FALSE(decision.baseline.cost);
  EXPECT_FALSE(decision.baseline.unit_costs);
}

TEST(Decide, SaysWhenTheBaselineDoesNotFit) {
  cases::Case c = busy_case();
  c.hardware.device.usable_memory = Bytes(14e9);
  c.hardware.max_gpus_per_replica = 1;
  const Decision decision = decide(c, {.draws = 100});
  EXPECT_FALSE(decision.baseline.feasible());
  EXPECT_EQ(decision.verdict, Verdict::go) << "it is what serves at all";
  EXPECT_TRUE(decision.options[0].operation.feasible());
  EXPECT_FALSE(decision.options[0].net_worth);
  EXPECT_GT(decision.options[0].cost_of_serving->value, 0);
}

TEST(Decide, RanksWhatServesWhereTheBaselineDoesNot) {
  cases::Case c = busy_case();
  c.hardware.device.usable_memory = Bytes(14e9);
  c.hardware.max_gpus_per_replica = 1;
  cases::Option slow = ideal_fp8(), unclear = ideal_fp8(), cannot = c.baseline;
  slow.name = "slow";
  slow.kernels.linears.bandwidth_share = slow.kernels.linears.compute_share = 0.5;
  unclear.name = "unclear";
  unclear.quality_loss = {0.008, 0.002, 0.03, Provenance::prior, "test", ""};
  cannot.name = "cannot";
  c.options = {slow, cannot, unclear, ideal_fp8()};
  const Decision decision = decide(c, {.draws = 100, .capacity = quick});
  EXPECT_EQ(decision.best, 3U) << "the cheapest that may be chosen";
  EXPECT_EQ(decision.verdict, Verdict::go);
  EXPECT_EQ(decision.options[0].verdict, Verdict::go);
  EXPECT_EQ(decision.options[1].verdict, Verdict::no_go);
  EXPECT_EQ(decision.options[2].verdict, Verdict::measure);
  EXPECT_GT(decision.options[0].cost_of_serving->value, decision.options[3].cost_of_serving->value);
  EXPECT_FALSE(decision.options[1].cost_of_serving);
  EXPECT_EQ(decision.options[1].probability_unserved, 1);
}

TEST(Decide, NamesOptionsThatAreAsGood) {
  cases::Case c = busy_case();
  cases::Option twin = ideal_fp8(), other = ideal_fp8();
  twin.name = "twin";
  other.name = "other";
  other.kv_cache = c.baseline.kv_cache;
  c.options = {ideal_fp8(), twin, other};
  const Decision decision = decide(c, {.draws = 100, .capacity = quick});
  EXPECT_EQ(decision.best, 0U);
  EXPECT_EQ(decision.ties, std::vector<std::size_t>{1});
  EXPECT_LT(decision.options[2].spread->mean, decision.options[0].spread->mean * 0.95) << "no tie";
}

// Just where the SLO can be held, a slower replica carries nothing: such draws are counted, not averaged.
TEST(Decide, CountsDrawsBeyondTheEdgeOfTheSlo) {
  cases::Case c = busy_case();
  for (cases::Option* option : {&c.baseline, &c.options[0]}) {
    for (double& level : option->kernels.spread.level) level = 0.2;
  }
  const double step = operate_alone(c, baseline_index).decode.total().value();
  c.workload.slo.tpot_p99 = Seconds(step * 1.05);
  const Decision edge = decide(c, {.draws = 1000, .capacity = quick});
  ASSERT_TRUE(edge.baseline.feasible());
  EXPECT_GT(edge.baseline_probability_unserved, 0.02);
  EXPECT_LT(edge.options[0].probability_unserved, edge.baseline_probability_unserved);
  const double most = edge.baseline.cost->after * c.judgement.fleet_ceiling * c.money.horizon_months;
  EXPECT_LT(edge.options[0].spread->p95, most * 1.5);
  EXPECT_NE(joined(edge.reasons, "\n").find("edge of the SLO: in "), std::string::npos);
  c.workload.slo.tpot_p99 = Seconds(step * 100);
  EXPECT_EQ(decide(c, {.draws = 1000, .capacity = quick}).baseline_probability_unserved, 0);
}

TEST(Decide, SameSeedSameAnswer) {
  cases::Case c = busy_case();
  c.money.engineering_hours = {100, 50, 300, Provenance::stated, "test", ""};
  c.money.engineer_price_per_hour = {100, 50, 300, Provenance::stated, "test", ""};
  const auto p10 = [&](std::uint64_t seed) {
    return decide(c, {.draws = 200, .seed = seed}).options[0].net_worth->p10;
  };
  EXPECT_EQ(p10(7), p10(7));
  EXPECT_NE(p10(7), p10(8));
}

// The flag alone decides: no search, and the memory is the same.
// What a slider shows on its way is what the answer shows when it rests, up to four times the load.
TEST(Decide, InAHurryStaircasesEndEarly) {
  const cases::Case c = busy_case();
  const Decision whole = decide(c, {.draws = 100, .capacity = quick});
  const Decision hurried = decide(c, {.draws = 100, .capacity = quick, .in_a_hurry = true});
  const double most = 4 * c.workload.requests_per_second.value;
  ASSERT_GT(whole.staircase.up_to, most);
  for (const auto& [shown, all] : {std::pair(&hurried.staircase, &whole.staircase),
                                   std::pair(&hurried.options[0].staircase, &whole.options[0].staircase)}) {
    EXPECT_EQ(shown->up_to, most);
    ASSERT_LT(shown->steps.size(), all->steps.size());
    for (std::size_t i = 0; i < shown->steps.size(); ++i) {
      EXPECT_EQ(shown->steps[i].requests_per_second, all->steps[i].requests_per_second);
      EXPECT_EQ(shown->steps[i].gpus, all->steps[i].gpus);
    }
    EXPECT_GE(all->steps[shown->steps.size()].requests_per_second, most);
  }
  EXPECT_EQ(hurried.options[0].saving_turn->text, whole.options[0].saving_turn->text);
}

TEST(Operation, DividesExpertsAsTheOptionSays) {
  cases::Case c = busy_case();
  c.architecture.moe = llm::MixtureOfExperts{.experts = 128, .experts_per_token = 8, .expert_ffn = 768};
  c.baseline.gpus_per_replica = 8;
  c.options[0] = c.baseline;
  c.options[0].expert_parallel = true;
  const Basis basis = prepare(c, quick);
  const Operation sliced = operate(c, basis, median_inputs(c), baseline_index);
  const Operation whole = operate(c, basis, median_inputs(c), 0);
  EXPECT_EQ(whole.sequences_that_fit, sliced.sequences_that_fit);
  EXPECT_NE(whole.decode.total(), sliced.decode.total());
  EXPECT_NE(whole.plan->replica_requests_per_second, sliced.plan->replica_requests_per_second);
}

TEST(Article, AnswersFromTheCase) {
  cases::Case c = busy_case();
  c.quality.critical = true;
  const ArticleView view = decide(c, {.draws = 100}).article;
  EXPECT_EQ(view.volume, "high");
  EXPECT_EQ(view.matrix[2].holds, true);
  EXPECT_EQ(view.matrix[3].holds, std::nullopt);
  EXPECT_EQ(view.checklist.size(), 5U);
  EXPECT_EQ(view.checklist[0].holds, true);
  EXPECT_EQ(view.checklist[4].holds, std::nullopt);
}

}  // namespace
}  // namespace bitworth::decision
