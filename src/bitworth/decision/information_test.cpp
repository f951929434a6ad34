#include "bitworth/decision/information.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "bitworth/base/rng.hpp"
#include "bitworth/decision/decide.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

using tests::ideal_case;
using tests::ideal_fp8;

Estimate between(double p10, double p50, double p90) {
  return {p50, p10, p90, Provenance::stated, "test", ""};
}

// Work that may or may not pay, quality that may or may not do, a load that hangs in the air.
cases::Case open_case() {
  cases::Case c = ideal_case();
  c.workload.requests_per_second = between(200, 500, 1200);
  c.money.engineering_hours = between(500, 2000, 6000);
  c.money.engineer_price_per_hour = certain(100, Provenance::stated, "test");
  c.options = {ideal_fp8(), ideal_fp8()};
  c.options[0].quality_loss = between(0.002, 0.008, 0.03);
  c.options[1].name = "other";
  c.options[1].kv_cache = c.baseline.kv_cache;
  c.options[1].quality_loss = between(-0.001, 0.001, 0.004);
  return c;
}

const DecideSettings quick{.draws = 4096, .capacity = {.requests = 1000, .samples = 2}};

void expect_bounds(const Information& information) {
  EXPECT_GE(information.perfect, 0);
  for (const InputWorth& input : information.inputs) {
    EXPECT_GT(input.worth, 0) << input.name;
    EXPECT_LE(input.worth, information.perfect) << input.name;
  }
  for (const MeasurementWorth& measurement : information.measurements) {
    EXPECT_GE(measurement.gain, 0) << measurement.name;
    EXPECT_LE(measurement.gain, information.perfect) << measurement.name;
    EXPECT_GT(measurement.cost, 0) << measurement.name;
  }
}

TEST(Information, IsWorthNoMoreThanKnowingEverything) {
  const Decision decision = decide(open_case(), quick);
  ASSERT_TRUE(decision.information);
  EXPECT_GT(decision.information->perfect, 0);
  EXPECT_FALSE(decision.information->inputs.empty());
  expect_bounds(*decision.information);
  for (const OptionDecision& option : decision.options) expect_bounds(*option.information);
}

TEST(Information, OneMeasurementTellsLessThanItsInput) {
  const Decision decision = decide(open_case(), quick);
  const Information& information = *decision.options[1].information;
  const auto input = std::ranges::find(information.inputs, "engineering hours", &InputWorth::name);
  ASSERT_NE(input, information.inputs.end());
  const auto work =
      std::ranges::find(information.measurements, std::vector<std::string>{"work"}, &MeasurementWorth::ids);
  ASSERT_NE(work, information.measurements.end());
  EXPECT_LE(work->gain, input->worth * 1.02);
  EXPECT_GT(work->gain, input->worth * 0.8) << "it tells nearly all of it";
}

// Nothing is uncertain, so nothing can be learned.
TEST(Information, IsWorthNothingWhereAllIsCertain) {
  cases::Case c = open_case();
  c.workload.requests_per_second = certain(500, Provenance::stated, "test");
  c.money.engineering_hours = certain(1, Provenance::stated, "test");
  c.options[0].quality_loss = c.options[1].quality_loss = certain(0.001, Provenance::stated, "test");
  const Decision decision = decide(c, quick);
  EXPECT_LT(decision.information->perfect, 0.01 * decision.information->worth_now);
  EXPECT_EQ(decision.information->best_measurement(), nullptr);
  EXPECT_EQ(decision.verdict, Verdict::go);
}

// Two things bar the way: neither measurement opens it alone, both together do.
TEST(Information, WeighsTogetherWhatIsNeededTogether) {
  cases::Case c = open_case();
  c.money.engineering_hours = certain(1, Provenance::stated, "test");
  c.options.resize(1);
  cases::Rule rule;
  rule.id = "SLOW";
  rule.severity = cases::Severity::block;
  rule.when = {{cases::Condition{"weights_quantized", cases::Comparison::equal, true, "weights_quantized"}}};
  rule.lifted_by = "speed";
  c.rules = std::make_shared<const std::vector<cases::Rule>>(std::vector{rule});
  // Something to be seen of the kernels.
  c.options[0].kernels.spread.serving = 0.1;
  const Decision decision = decide(c, quick);
  ASSERT_EQ(decision.verdict, Verdict::measure);
  const MeasurementWorth* best = decision.options[0].information->best_measurement();
  ASSERT_NE(best, nullptr);
  EXPECT_EQ(best->ids, (std::vector<std::string>{"quality", "speed"}));
  for (const MeasurementWorth& measurement : decision.options[0].information->measurements) {
    if (measurement.ids.size() > 1) continue;
    EXPECT_EQ(measurement.gain, 0) << measurement.name;
  }
}

TEST(Information, ABlockThatNothingLiftsForbids) {
  cases::Case c = open_case();
  c.options.resize(1);
  c.options[0].quality_loss = certain(0, Provenance::stated, "test");
  c.money.engineering_hours = certain(1, Provenance::stated, "test");
  EXPECT_EQ(decide(c, quick).verdict, Verdict::go);
  cases::Rule rule;
  rule.severity = cases::Severity::block;
  rule.when = {{cases::Condition{"weights_quantized", cases::Comparison::equal, true, "weights_quantized"}}};
  c.rules = std::make_shared<const std::vector<cases::Rule>>(std::vector{rule});
  EXPECT_EQ(decide(c, quick).verdict, Verdict::no_go);
}

// More questions cost more GPU time and tell more; as many are asked as settle the bar.
TEST(Information, AsksAsManyQuestionsAsSettleTheBar) {
  cases::Case c = open_case();
  c.options.resize(1);
  std::vector<cases::Measurement> asking = *c.measurements;
  asking[0].items = 100;
  asking[0].gpu_hours = 10;
  asking[0].command = "ask {items}";
  c.measurements = std::make_shared<const std::vector<cases::Measurement>>(asking);
  const auto quality = [&](std::optional<double> discordance) {
    if (discordance) c.options[0].discordance = certain(*discordance, Provenance::prior, "test");
    const Decision decision = decide(c, quick);
    const auto& all = decision.options[0].information->measurements;
    return *std::ranges::find(all, std::vector<std::string>{"quality"}, &MeasurementWorth::ids);
  };
  const MeasurementWorth usual = quality(std::nullopt);
  EXPECT_EQ(usual.commands, std::vector<std::string>{"ask 100"});
  const MeasurementWorth sized = quality(0.06);
  EXPECT_EQ(sized.commands, std::vector<std::string>{"ask 19,000"});
  EXPECT_GT(sized.gain, usual.gain);
  const double per_item = 10 * 3.6 / 100;
  EXPECT_NEAR(sized.cost - usual.cost, per_item * (19000 - 100), 0.03 * sized.cost);
}

// Waiting for an answer costs what the option would bring meanwhile.
TEST(Information, CountsTheWait) {
  cases::Case c = open_case();
  c.money.engineering_hours = certain(1, Provenance::stated, "test");
  std::vector<cases::Measurement> slow = *c.measurements;
  for (cases::Measurement& measurement : slow) measurement.days = 30.4375;
  c.measurements = std::make_shared<const std::vector<cases::Measurement>>(slow);
  const Decision decision = decide(c, quick);
  const Information& information = *decision.information;
  ASSERT_TRUE(information.choice);
  const double month = decision.options[*information.choice].spread->mean / c.money.horizon_months;
  for (const MeasurementWorth& measurement : information.measurements)
    EXPECT_NEAR(measurement.delay, month, 1e-6 * month);
}

// Worlds that were drawn independently of the hypercubes and priced without their tables' shortcuts: nine of
// ten lie between the P5 and the P95 that decide prints, and eight of ten in the interval of the saving.
TEST(Decide, IntervalsCoverWhatHappens) {
  cases::Case c = open_case();
  c.options.resize(1);
  c.hardware.price_per_gpu_hour = between(3, 3.6, 4.5);
  c.money.price_change_per_year = between(-0.2, 0, 0.3);
  const Decision decision = decide(c, quick);
  const WorthSpread& spread = *decision.options[0].spread;
  const Estimate& saved = *decision.options[0].dollars_saved_per_month;
  const Basis basis = prepare(c, quick.capacity);
  Payoffs payoffs(c, basis);
  const Uncertainty uncertainty = uncertainty_of(c, basis.errors());
  Rng rng(99, "worlds");
  constexpr int worlds = 6000;
  int inside = 0, inside_saved = 0;
  double mean = 0;
  for (int world = 0; world < worlds; ++world) {
    std::vector<double> scores(uncertainty.unknowns.size());
    for (double& score : scores) score = rng.normal();
    const Payoff payoff = payoffs.one(uncertainty.at(scores), 0).value();
    inside += payoff.net_worth >= spread.p5 && payoff.net_worth <= spread.p95 ? 1 : 0;
    inside_saved +=
        payoff.dollars_saved_per_month >= saved.p10 && payoff.dollars_saved_per_month <= saved.p90 ? 1 : 0;
    mean += payoff.net_worth / worlds;
  }
  // Four standard errors of such a share.
  EXPECT_NEAR(static_cast<double>(inside) / worlds, 0.9, 4 * std::sqrt(0.9 * 0.1 / worlds));
  EXPECT_NEAR(static_cast<double>(inside_saved) / worlds, 0.8, 4 * std::sqrt(0.8 * 0.2 / worlds));
  EXPECT_NEAR(mean, spread.mean, 0.05 * (spread.p95 - spread.p5));
}

TEST(Decide, CountsOverrunsAsTheWorkLostAtWorst) {
  const Decision decision = decide(open_case(), quick);
  for (const OptionDecision& option : decision.options) {
    EXPECT_LE(option.spread->worst_twentieth, option.spread->p5);
    EXPECT_LE(option.spread->p5, option.spread->p50);
    EXPECT_LE(option.spread->p50, option.spread->p95);
  }
}

TEST(Decide, MakesEveryCostOfItsLines) {
  cases::Case c = open_case();
  c.money.hidden_costs = {
      {"complexity", between(1, 2, 3), between(10, 20, 30), between(1, 2, 3), between(5, 6, 7)}};
  c.money.evaluation_dollars = between(10, 100, 200);
  c.money.monitoring_hours_per_month = between(1, 2, 3);
  c.options[0].quantization_hours = between(5, 10, 20);
  c.options[0].quantization_gpu_hours = between(1, 4, 9);
  const Decision decision = decide(c, quick);
  for (const OptionDecision& option : decision.options) {
    const auto sum = [](const std::vector<CostLine>& lines) {
      double dollars = 0;
      for (const CostLine& line : lines) dollars += line.dollars;
      return dollars;
    };
    EXPECT_NEAR(sum(option.money->costs.once), option.money->once, 1e-9);
    EXPECT_NEAR(sum(option.money->costs.running), option.money->project.running_per_month, 1e-9);
    double present = 0;
    for (const economics::Month& month : option.money->months) present += month.present;
    EXPECT_NEAR(std::max(present, -option.money->once), option.net_worth->value, 1e-6);
  }
}

// Its answers can be looked at, at the host's price; its kernels cannot.
TEST(Information, EvaluatesWhatOthersServe) {
  cases::Case c = open_case();
  auto measurements = *c.measurements;
  measurements[0].items = 2e6;
  measurements[0].gpu_hours = 1000;
  c.measurements = std::make_shared<const std::vector<cases::Measurement>>(measurements);
  cases::Option hosted = c.baseline;
  hosted.name = "hosted";
  hosted.api = {certain(0.02, Provenance::stated, "test"), certain(0.04, Provenance::stated, "test")};
  hosted.quality_loss = between(-0.002, 0.002, 0.03);
  c.options = {hosted};
  const Decision decision = decide(c, quick);
  EXPECT_EQ(decision.options[0].bar, Bar::unclear);
  EXPECT_EQ(decision.verdict, Verdict::measure);
  const MeasurementWorth* first = decision.options[0].information->best_measurement();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->ids, std::vector<std::string>{"quality"});
  // Two hours, and two million prompts of 1,000 tokens with answers of 200.
  EXPECT_NEAR(first->cost, 2 * 100 + 2e6 * (1000 * 0.02 + 200 * 0.04) / 1e6, 1e-6);
  for (const MeasurementWorth& m : decision.options[0].information->measurements)
    EXPECT_NE(m.ids, std::vector<std::string>{"speed"});
}

}  // namespace
}  // namespace bitworth::decision
