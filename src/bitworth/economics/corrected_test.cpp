#include "bitworth/economics/corrected.hpp"

#include <gtest/gtest.h>
// rapidcheck's gtest bridge needs gtest first.
#include <rapidcheck/gtest.h>

#include <cmath>

#include "bitworth/economics/cash_flow.hpp"

namespace bitworth::economics {
namespace {

hardware::Device h100() {
  hardware::Device device;
  device.name = "H100";
  device.memory_bandwidth = BytesPerSecond(3.35e12);
  device.peak.bf16 = FlopsPerSecond(989e12);
  return device;
}

TEST(AmdahlSpeedup, MatchesHandComputedValues) {
  struct Row {
    double f, s, linear, amdahl;
  };
  const Row rows[] = {{0.3, 1.5, 1.15, 1.1111}, {0.3, 2, 1.3, 1.1765}, {0.3, 4, 1.9, 1.2903},
                      {0.5, 1.5, 1.25, 1.2},    {0.5, 2, 1.5, 1.3333}, {0.5, 4, 2.5, 1.6},
                      {0.8, 1.5, 1.4, 1.3636},  {0.8, 2, 1.8, 1.6667}, {0.8, 4, 3.4, 2.5},
                      {0.9, 1.5, 1.45, 1.4286}, {0.9, 2, 1.9, 1.8182}, {0.9, 4, 3.7, 3.0769}};
  for (const Row& row : rows) {
    EXPECT_NEAR(quantization_roi({1, 1, row.f, row.s, 0}).speedup, row.linear, 1e-12);
    EXPECT_NEAR(amdahl_speedup(row.f, row.s), row.amdahl, 5e-5);
  }
}

TEST(AmdahlSpeedup, LeavesNothingOrAllAtTheEnds) {
  EXPECT_EQ(amdahl_speedup(0, 4), 1);
  EXPECT_EQ(amdahl_speedup(1, 4), 4);
  EXPECT_DOUBLE_EQ(amdahl_speedup(0.5, 0.5), 1 / 1.5);
  EXPECT_DOUBLE_EQ(amdahl_cap(0.75).value(), 4);
  EXPECT_EQ(amdahl_cap(0), 1);
  EXPECT_EQ(amdahl_cap(1), std::nullopt);
}

TEST(CorrectedRoi, CutsTheArticlesExampleBy26Point7Percent) {
  const CorrectedRoi roi = corrected_roi({30, 4.5, 0.8, 1.5, 0.02});
  EXPECT_DOUBLE_EQ(roi.speedup, 1.3636363636363638);
  EXPECT_DOUBLE_EQ(roi.tps_after, 30 * 1.3636363636363638);
  EXPECT_DOUBLE_EQ(roi.cost_reduction_percent.value(), 26.66666666666667);
  EXPECT_DOUBLE_EQ(roi.cost_per_million_after, 41.666666666666664 * (1 - 0.2666666666666667));
  EXPECT_DOUBLE_EQ(roi.speedup_cap.value(), 5);
  EXPECT_DOUBLE_EQ(roi.memory_bound_fraction_after, 8.0 / 11);
  EXPECT_EQ(roi.recommendation, "worth_it");
}

TEST(CorrectedRoi, WithdrawsARecommendationThatHungOnTheFormula) {
  const RoiInput input{30, 4.5, 0.25, 1.5, 0};
  EXPECT_EQ(quantization_roi(input).recommendation, "worth_it");
  EXPECT_EQ(corrected_roi(input).recommendation, "evaluate_carefully");
}

TEST(CorrectedRoi, HasNoReductionOfNothing) {
  EXPECT_EQ(corrected_roi({30, 0, 0.8, 1.5, 0}).cost_reduction_percent, std::nullopt);
}

RC_GTEST_PROP(AmdahlSpeedup, IsTheArticlesFormulaAtTheShareOfTheNewTime, ()) {
  const double f = *rc::gen::inRange(0, 1001) / 1000.0;
  const double s = *rc::gen::inRange(1, 10000) / 100.0;
  const double whole = amdahl_speedup(f, s);
  RC_ASSERT(std::abs(1 + (s - 1) * fraction_after(f, s) - whole) < 1e-9 * whole);
  RC_ASSERT(f == 1 || whole <= *amdahl_cap(f) * (1 + 1e-12));
  if (s != 1) RC_ASSERT(std::abs(fraction_for(whole, s).value_or(f) - f) < 1e-9);
}

TEST(FractionFor, IsAbsentWhereNoShareSuffices) {
  EXPECT_NEAR(fraction_for(1.3636363636363638, 1.5).value(), 0.8, 1e-12);
  EXPECT_EQ(fraction_for(1.6, 1.5), std::nullopt);
  EXPECT_EQ(fraction_for(0.9, 1.5), std::nullopt);
  EXPECT_EQ(fraction_for(1.1, 1), std::nullopt);
}

TEST(CashFlow, MatchesTheWorkedExample) {
  const CashFlow flow{.once = 40000, .per_month = 6000, .horizon_months = 12, .discount_rate = 0.1};
  EXPECT_NEAR(monthly_rate(0.1), 0.007974140428903764, 1e-15);
  EXPECT_NEAR(net_present_value(flow), 28402.92697598413, 1e-6);
  EXPECT_NEAR(payback_months(flow).value(), 6.666666666666667, 1e-12);
  EXPECT_NEAR(discounted_payback_months(flow).value(), 6.877688431370597, 1e-9);
  EXPECT_NEAR(net_present_value({.per_month = 6000, .horizon_months = 24, .discount_rate = 0.1}),
              130587.40604506056, 1e-6);
}

TEST(CorrectedPayback, WithoutDelayAndDiscountIsTheArticles) {
  const PaybackInput input{20000, 40, 120, 1.4};
  const Payback article = total_cost_analysis(input);
  const CorrectedPayback result = corrected_payback(input, {.horizon_months = 12});
  EXPECT_DOUBLE_EQ(result.payback_months.value(), article.payback_months.value());
  EXPECT_DOUBLE_EQ(result.discounted_payback_months.value(), article.payback_months.value());
  EXPECT_DOUBLE_EQ(result.year_1_net, article.year_1_net);
  EXPECT_NEAR(result.net_present_value, article.year_1_net, 1e-9);
}

TEST(CorrectedPayback, WaitsForTheDelay) {
  // Saves 500 a month from the fourth month on: 9 * 500 - 1000.
  const PaybackInput input{1000, 10, 100, 2};
  const CorrectedPayback result = corrected_payback(input, {.delay_months = 3, .horizon_months = 12});
  EXPECT_DOUBLE_EQ(result.payback_months.value(), 5);
  EXPECT_DOUBLE_EQ(result.year_1_net, 3500);
  EXPECT_DOUBLE_EQ(corrected_payback(input, {.delay_months = 15}).year_1_net, -1000);
}

TEST(CorrectedPayback, NeverComesWhereInterestOutrunsTheSaving) {
  // 0.797 % a month on 100,000 is 797 dollars; 500 come back.
  const CorrectedPayback result = corrected_payback({1000, 1000, 100, 2}, {.discount_rate = 0.1});
  EXPECT_DOUBLE_EQ(result.payback_months.value(), 200);
  EXPECT_EQ(result.discounted_payback_months, std::nullopt);
}

TEST(CorrectedPayback, NeverComesWithoutASaving) {
  for (const double speedup : {1.0, 0.8}) {
    for (const double hours : {0.0, 40.0}) {
      const CorrectedPayback result = corrected_payback({1000, hours, 100, speedup}, {});
      EXPECT_EQ(result.payback_months, std::nullopt);
      EXPECT_EQ(result.discounted_payback_months, std::nullopt);
    }
  }
}

RC_GTEST_PROP(CorrectedFigures, AreFiniteWhereverTheInputIsAccepted, ()) {
  const auto number = [] { return *rc::gen::inRange(0, 1000) * std::pow(10.0, *rc::gen::inRange(-9, 10)); };
  const double s = *rc::gen::inRange(1, 1000) * std::pow(10.0, *rc::gen::inRange(-6, 4));
  const RoiInput roi{s, number(), *rc::gen::inRange(0, 1001) / 1000.0, s, 0};
  const PaybackInput payback{number(), number(), number(), s};
  const PaybackTiming timing{*rc::gen::inRange(0, 601) / 1.0, *rc::gen::inRange(0, 101) / 100.0,
                             *rc::gen::inRange(1, 601) / 1.0};
  RC_PRE(check(roi).empty() && check(payback).empty() && check(timing).empty());
  const CorrectedRoi r = corrected_roi(roi);
  const CorrectedPayback p = corrected_payback(payback, timing);
  for (const double value :
       {r.speedup, r.speedup_cap.value_or(0), r.memory_bound_fraction_after, r.tps_after,
        r.cost_per_million_after, r.cost_reduction_percent.value_or(0), p.payback_months.value_or(0),
        p.discounted_payback_months.value_or(0), p.year_1_net, p.net_present_value})
    RC_ASSERT(std::isfinite(value));
}

TEST(CheckTiming, NamesEveryFlagThatIsOutOfItsDomain) {
  const Problems problems = check(PaybackTiming{-1, 10, 0});
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(to_text(problems[0]), "--delay-months -1: must be months, from 0 to 600");
  EXPECT_EQ(to_text(problems[1]),
            "--discount-rate 10: must be a share per year from 0 to 1; write \"10 %\" for a percentage");
  EXPECT_EQ(to_text(problems[2]), "--horizon-months 0: must be months, from 1 to 600");
}

TEST(CorrectedBottleneck, ComparesTheTokensOfAStepWithTheRidge) {
  const CorrectedBottleneck small = corrected_bottleneck(Phase::decode, 295, h100(), 2048);
  EXPECT_NEAR(small.ridge_tokens_per_step, 295.2, 0.05);
  EXPECT_EQ(small.tokens_per_step, 295);
  EXPECT_EQ(small.bottleneck, Bottleneck::memory_bound);
  EXPECT_EQ(corrected_bottleneck(Phase::decode, 296, h100(), 2048).bottleneck, Bottleneck::compute_bound);
  EXPECT_EQ(corrected_bottleneck(Phase::other, 32, h100(), 2048).bottleneck, Bottleneck::memory_bound);
}

TEST(CorrectedBottleneck, TakesAPrefillStepAsFull) {
  EXPECT_EQ(corrected_bottleneck(Phase::prefill, 1, h100(), 2048).tokens_per_step, 2048);
  EXPECT_EQ(corrected_bottleneck(Phase::prefill, 1, h100(), 2048).bottleneck, Bottleneck::compute_bound);
  EXPECT_EQ(corrected_bottleneck(Phase::prefill, 1, h100(), 128).bottleneck, Bottleneck::memory_bound);
}

}  // namespace
}  // namespace bitworth::economics
