#include "bitworth/economics/article.hpp"

#include <gtest/gtest.h>
// rapidcheck's gtest bridge needs gtest first.
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace bitworth::economics {
namespace {

struct RoiVector {
  RoiInput input;
  double speedup, tps_after, cost_per_million_before, cost_per_million_after;
  std::optional<double> cost_reduction_percent;
  std::string loss, recommendation;
};

struct PaybackVector {
  PaybackInput input;
  double monthly_savings, engineering_investment;
  std::optional<double> payback_months;
  double year_1_net;
};

// Printed by the article's Python, every digit.
const RoiVector roi_vectors[] = {
    {{30.0, 4.5, 0.8, 1.5, 0.02},
     1.4,
     42.0,
     41.666666666666664,
     29.761904761904763,
     28.57142857142857,
     "2.0%",
     "worth_it"},
    {{30.0, 4.5, 0.8, 1.5, 0.03},
     1.4,
     42.0,
     41.666666666666664,
     29.761904761904763,
     28.57142857142857,
     "3.0%",
     "evaluate_carefully"},
    {{30.0, 4.5, 0.2, 1.5, 0.02},
     1.1,
     33.0,
     41.666666666666664,
     37.878787878787875,
     9.090909090909083,
     "2.0%",
     "evaluate_carefully"},
    {{1200.0, 3.85, 0.3, 4.0, 0.0005},
     1.9,
     2280.0,
     0.8912037037037037,
     0.46905458089668617,
     47.36842105263158,
     "0.1%",
     "worth_it"},
    {{55.0, 0.0, 0.5, 2.0, 0.0}, 1.5, 82.5, 0.0, 0.0, std::nullopt, "0.0%", "worth_it"},
    {{80.0, 2.1, 0.9, 0.7, 0.0125},
     0.73,
     58.4,
     7.291666666666667,
     9.988584474885844,
     -36.98630136986301,
     "1.2%",
     "evaluate_carefully"},
    {{2657.0, 25.21, 0.5, 1.0, 0.0074},
     1.0,
     2657.0,
     2.635595701083093,
     2.635595701083093,
     0.0,
     "0.7%",
     "evaluate_carefully"},
    {{4394.0, 15.92, 0.46, 1.0, 0.09315},
     1.0,
     4394.0,
     1.0064228999140241,
     1.0064228999140241,
     0.0,
     "9.3%",
     "evaluate_carefully"},
    {{4161.0, 35.67, 0.04, 1.2, 0.0444},
     1.008,
     4194.2880000000005,
     2.3812384843387004,
     2.3623397662090286,
     0.7936507936507797,
     "4.4%",
     "evaluate_carefully"},
    {{3430.0, 11.94, 0.3, 1.2, 0.0564},
     1.06,
     3635.8,
     0.9669582118561711,
     0.912224728166199,
     5.660377358490576,
     "5.6%",
     "evaluate_carefully"},
    {{3482.0, 10.18, 0.72, 1.4, 0.097},
     1.2879999999999998,
     4484.815999999999,
     0.8121130895398557,
     0.6305225850464721,
     22.360248447204945,
     "9.7%",
     "evaluate_carefully"},
    {{1833.0, 10.63, 0.73, 3.2, 0.00505},
     2.606,
     4776.798,
     1.6108989513244834,
     0.6181500196947365,
     61.627014581734464,
     "0.5%",
     "worth_it"},
};
const PaybackVector payback_vectors[] = {
    {{20000.0, 40.0, 120.0, 1.4}, 5714.285714285714, 4800.0, 0.8400000000000001, 63771.428571428565},
    {{50000.0, 320.0, 150.0, 1.3}, 11538.461538461543, 48000.0, 4.159999999999998, 90461.5384615385},
    {{1000.0, 80.0, 100.0, 1.05}, 47.61904761904767, 8000.0, 167.99999999999983, -7428.5714285714275},
    {{1000.0, 80.0, 100.0, 1.0}, 0.0, 8000.0, std::nullopt, -8000.0},
    {{1000.0, 80.0, 100.0, 0.8}, -250.0, 8000.0, std::nullopt, -11000.0},
    {{1000.0, 0.0, 100.0, 2.0}, 500.0, 0.0, 0.0, 6000.0},
    {{0.0, 10.0, 100.0, 2.0}, 0.0, 1000.0, std::nullopt, -1000.0},
    {{97649.25545369908, 14.928221504709127, 178.77026885730191, 1.868827858995029},
     45397.65026508078,
     2668.7221719582067,
     0.058785469212069535,
     542103.0810090111},
};

TEST(QuantizationRoi, AgreesWithTheArticleInEveryBit) {
  for (const RoiVector& expected : roi_vectors) {
    SCOPED_TRACE(expected.speedup);
    const Roi roi = quantization_roi(expected.input);
    EXPECT_EQ(roi.speedup, expected.speedup);
    EXPECT_EQ(roi.tps_before, expected.input.current_tps);
    EXPECT_EQ(roi.tps_after, expected.tps_after);
    EXPECT_EQ(roi.cost_per_million_before, expected.cost_per_million_before);
    EXPECT_EQ(roi.cost_per_million_after, expected.cost_per_million_after);
    EXPECT_EQ(roi.cost_reduction_percent, expected.cost_reduction_percent);
    EXPECT_EQ(roi.quality_cost, expected.loss + " quality degradation");
    EXPECT_EQ(roi.recommendation, expected.recommendation);
  }
}

TEST(Recommendation, WantsBothThresholdsPassed) {
  EXPECT_EQ(recommendation(1.1, 0), "evaluate_carefully");
  EXPECT_EQ(recommendation(std::nextafter(1.1, 2), 0), "worth_it");
  EXPECT_EQ(recommendation(2, 0.03), "evaluate_carefully");
  EXPECT_EQ(recommendation(2, std::nextafter(0.03, 0)), "worth_it");
}

TEST(TotalCostAnalysis, AgreesWithTheArticleInEveryBit) {
  for (const PaybackVector& expected : payback_vectors) {
    SCOPED_TRACE(expected.monthly_savings);
    const Payback payback = total_cost_analysis(expected.input);
    EXPECT_EQ(payback.monthly_savings, expected.monthly_savings);
    EXPECT_EQ(payback.engineering_investment, expected.engineering_investment);
    EXPECT_EQ(payback.payback_months, expected.payback_months);
    EXPECT_EQ(payback.year_1_net, expected.year_1_net);
  }
}

TEST(TotalCostAnalysis, NeverPaysBackWhereTheMonthsAreBeyondCounting) {
  const Payback payback = total_cost_analysis({1e-300, 1e12, 1e12, 2});
  EXPECT_GT(payback.monthly_savings, 0);
  EXPECT_EQ(payback.payback_months, std::nullopt);
}

TEST(IdentifyBottleneck, LooksAtThePhaseBeforeTheBatch) {
  for (const double batch : {1.0, 2.0, 16.0, 17.0, 512.0}) {
    EXPECT_EQ(identify_bottleneck(Phase::prefill, batch), Bottleneck::compute_bound);
    EXPECT_EQ(identify_bottleneck(Phase::decode, batch), Bottleneck::memory_bound);
  }
}

TEST(IdentifyBottleneck, LooksAtTheBatchWhereThePhaseIsNeither) {
  EXPECT_EQ(identify_bottleneck(Phase::other, 1), Bottleneck::memory_bound);
  EXPECT_EQ(identify_bottleneck(Phase::other, 2), Bottleneck::mixed);
  EXPECT_EQ(identify_bottleneck(Phase::other, 16), Bottleneck::mixed);
  EXPECT_EQ(identify_bottleneck(Phase::other, 17), Bottleneck::compute_bound);
}

TEST(Phase, ReadsBackAsWhatItNames) {
  for (const Phase phase : {Phase::prefill, Phase::decode, Phase::other})
    EXPECT_EQ(phase_named(to_text(phase)), phase);
  EXPECT_EQ(phase_named("Decode"), std::nullopt);
}

TEST(BottleneckNames, AreTheArticles) {
  EXPECT_EQ(to_text(Bottleneck::compute_bound), "compute_bound");
  EXPECT_EQ(to_text(Bottleneck::memory_bound), "memory_bound");
  EXPECT_EQ(to_text(Bottleneck::mixed), "mixed");
}

TEST(CheckArticleInput, NamesEveryFlagThatIsOutOfItsDomain) {
  const Problems problems = check(RoiInput{0, -1, 80, 0, std::numeric_limits<double>::quiet_NaN()});
  ASSERT_EQ(problems.size(), 5U);
  EXPECT_EQ(to_text(problems[0]), "--tps 0: must be tokens per second above 0, at most 1e12");
  EXPECT_EQ(to_text(problems[1]), "--cost-per-hour -1: must be dollars, from 0 to 1e12");
  EXPECT_EQ(to_text(problems[2]),
            "--memory-bound-fraction 80: must be a share from 0 to 1; write \"80 %\" for a percentage");
  EXPECT_EQ(to_text(problems[3]),
            "--speedup 0: must be a factor above 0, at most 1,000,000; 1 means no change");
  EXPECT_EQ(to_text(problems[4]), "--quality-degradation nan: must be a share from 0 to 1");
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(check(PaybackInput{infinite, -1, infinite, -2}).size(), 4U);
}

TEST(CheckArticleInput, RefusesWhatIsNextToNothing) {
  const Problems problems = check(RoiInput{1, 1e-300, 5e-324, 1, 0});
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(to_text(problems[0]),
            "--cost-per-hour 1e-300: must be dollars, from 0 to 1e12; write 0 for so little");
}

TEST(CheckArticleInput, TakesTheEndsOfEachDomain) {
  EXPECT_TRUE(check(RoiInput{1e12, 0, 0, 1e-6, 1}).empty());
  EXPECT_TRUE(check(RoiInput{1e-6, 1e12, 1, 1e6, 0}).empty());
  EXPECT_TRUE(check(PaybackInput{0, 0, 0, 1}).empty());
}

TEST(CheckBatchSize, WantsAWholePositiveNumber) {
  EXPECT_TRUE(check_batch_size(1).empty());
  for (const double bad : {0.0, -1.0, 1.5, 2e6, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_EQ(check_batch_size(bad).size(), 1U) << bad;
}

// From the middle of the domain to its very ends, mostly: what is accepted is what must not overflow.
double any_positive() {
  return *rc::gen::inRange(1, 1000) * std::pow(10.0, *rc::gen::inRange(-8, 12));
}
double any_share() {
  return *rc::gen::inRange(0, 1001) / 1000.0;
}
double maybe_tiny() {
  return *rc::gen::element(any_positive(), 0.0, 1e-9);
}

RC_GTEST_PROP(QuantizationRoi, IsFiniteWhereverTheInputIsAccepted, ()) {
  const RoiInput input{any_positive(), maybe_tiny(), any_share(), any_positive(), any_share()};
  RC_PRE(check(input).empty());
  const Roi roi = quantization_roi(input);
  for (const double value : {roi.speedup, roi.tps_after, roi.cost_per_million_before,
                             roi.cost_per_million_after, roi.cost_reduction_percent.value_or(0)})
    RC_ASSERT(std::isfinite(value));
}

RC_GTEST_PROP(TotalCostAnalysis, IsFiniteWhereverTheInputIsAccepted, ()) {
  const PaybackInput input{maybe_tiny(), maybe_tiny(), maybe_tiny(), any_positive()};
  RC_PRE(check(input).empty());
  const Payback payback = total_cost_analysis(input);
  for (const double value : {payback.monthly_savings, payback.engineering_investment,
                             payback.payback_months.value_or(0), payback.year_1_net})
    RC_ASSERT(std::isfinite(value));
}

}  // namespace
}  // namespace bitworth::economics
