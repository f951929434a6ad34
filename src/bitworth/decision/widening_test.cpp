#include "bitworth/decision/widening.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "bitworth/decision/decide.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

constexpr const char* kernels = "kernels of {kernels}";

cases::Rule shaky(std::string id, std::string input, double factor) {
  cases::Rule rule;
  rule.id = std::move(id);
  rule.severity = cases::Severity::warn;
  rule.when = {{cases::Condition{"weights_quantized", cases::Comparison::equal, true, "weights_quantized"}}};
  rule.widens = {std::move(input), factor, "nobody has looked"};
  return rule;
}

// Quality, kernels and work that may or may not do, with money that hangs on them.
cases::Case open_case(std::vector<cases::Rule> rules) {
  cases::Case c = tests::ideal_case();
  c.workload.requests_per_second = certain(60, Provenance::stated, "test");
  c.money.engineering_hours = certain(400, Provenance::stated, "test");
  c.money.engineer_price_per_hour = certain(100, Provenance::stated, "test");
  c.options = {tests::ideal_fp8()};
  c.options[0].quality_loss = {0.002, 0.001, 0.005, Provenance::prior, "test", ""};
  c.options[0].kernels.spread.base = 0.06;
  c.options[0].kernels.spread.serving = 0.08;
  c.rules = std::make_shared<const std::vector<cases::Rule>>(std::move(rules));
  return c;
}

const DecideSettings quick{.draws = 4096, .capacity = {.requests = 1000, .samples = 2}};

double width(const Decision& decision) {
  return decision.options[0].spread->p95 - decision.options[0].spread->p5;
}

const MeasurementWorth& measurement(const Decision& decision, const std::string& id) {
  return *std::ranges::find(decision.options[0].information->measurements, std::vector<std::string>{id},
                            &MeasurementWorth::ids);
}

TEST(Widening, StretchesTheBadSideOfALoss) {
  const WidenedCase widened = widen(open_case({shaky("A", "quality loss", 2)}));
  const Estimate& loss = widened.c.options[0].quality_loss;
  EXPECT_DOUBLE_EQ(loss.value, 0.002);
  EXPECT_DOUBLE_EQ(loss.p10, 0.001) << "a warning is no hope";
  EXPECT_DOUBLE_EQ(loss.p90, 0.008);
  EXPECT_EQ(loss.provenance, Provenance::prior);
  ASSERT_EQ(widened.by_option[0].size(), 1U);
  EXPECT_EQ(widened.by_option[0][0].input, "quality loss");
}

TEST(Widening, StretchesTheKernelsAndNotTheDevice) {
  const cases::Case before = open_case({});
  const cases::Case after = widen(open_case({shaky("A", kernels, 2)})).c;
  EXPECT_NEAR(time_factor_sigma(after, 0), 2 * time_factor_sigma(before, 0), 1e-12);
  EXPECT_EQ(time_factor_sigma(after, baseline_index), time_factor_sigma(before, baseline_index));
  EXPECT_EQ(after.options[0].quality_loss.p90, before.options[0].quality_loss.p90);
}

// Times may be longer than was thought, and no shorter.
TEST(Widening, StretchesTheBadSideOfKernels) {
  const auto kernels_in = [](const WidenedCase& widened) {
    const Uncertainty uncertainty = uncertainty_of(widened.c, {}, widened.kernel_doubts);
    return uncertainty.moved_first(*uncertainty.named("kernels of w8a8-fp8")).estimate;
  };
  const Estimate before = kernels_in(widen(open_case({}))),
                 after = kernels_in(widen(open_case({shaky("A", kernels, 2)})));
  EXPECT_NEAR(after.p10, before.p10, 1e-12);
  EXPECT_EQ(after.value, 1);
  EXPECT_NEAR(std::log(after.p90), 2 * std::log(before.p90), 1e-12);
}

// The good side untouched, doubt costs: the chance to roll back does not turn it into a gain.
TEST(Widening, NeverRaisesTheWorth) {
  const auto mean = [](double factor) {
    return decide(open_case({shaky("A", kernels, factor)}), quick).options[0].spread->mean;
  };
  const double sure = decide(open_case({}), quick).options[0].spread->mean;
  EXPECT_LT(mean(2), sure);
  EXPECT_LT(mean(4), mean(2));
}

// Two doubts of a factor of two: 1 + 3 + 3 times the variance.
TEST(Widening, AddsVariances) {
  const cases::Case before = open_case({});
  const cases::Case after = widen(open_case({shaky("A", kernels, 2), shaky("B", kernels, 2)})).c;
  EXPECT_NEAR(time_factor_sigma(after, 0), std::sqrt(7.0) * time_factor_sigma(before, 0), 1e-12);
}

TEST(Widening, LeavesOptionsAloneThatTheRuleDoesNotConcern) {
  cases::Case c = open_case({shaky("A", "quality loss", 2)});
  c.options.push_back(c.baseline);
  c.options[1].quality_loss = c.options[0].quality_loss;
  const WidenedCase widened = widen(c);
  EXPECT_TRUE(widened.by_option[1].empty());
  EXPECT_EQ(widened.c.options[1].quality_loss.p90, 0.005);
}

TEST(Widening, WidensTheWorthAndRaisesThatOfMeasuringIt) {
  const Decision sure = decide(open_case({}), quick),
                 shaken = decide(open_case({shaky("A", kernels, 3)}), quick);
  EXPECT_GT(width(shaken), 1.2 * width(sure));
  EXPECT_GT(measurement(shaken, "speed").gain, 1.2 * measurement(sure, "speed").gain + 1);
  ASSERT_EQ(shaken.options[0].widened.size(), 1U);
  EXPECT_TRUE(std::ranges::any_of(shaken.options[0].reasons, [](const std::string& reason) {
    return reason.contains("A makes the bad side of kernels of w8a8-fp8 3 times as long: nobody has looked");
  }));
}

// A prior that was narrow enough is not any more: the bar that it made likely is open.
TEST(Widening, OpensABarThatSeemedLikely) {
  EXPECT_EQ(decide(open_case({}), quick).options[0].bar, Bar::likely);
  const Decision shaken = decide(open_case({shaky("A", "quality loss", 3)}), quick);
  EXPECT_EQ(shaken.options[0].bar, Bar::unclear);
  EXPECT_DOUBLE_EQ(shaken.options[0].quality_loss.p90, 0.011);
  EXPECT_GT(measurement(shaken, "quality").gain, measurement(decide(open_case({}), quick), "quality").gain);
}

}  // namespace
}  // namespace bitworth::decision
