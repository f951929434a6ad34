#include "bitworth/economics/fleet_cost.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <vector>

namespace bitworth::economics {
namespace {

constexpr std::array sizes = {1, 2, 4, 8};
constexpr double hours_a_month = 730.5;

// 20 requests/s on average on replicas of 10, planned to half of that.
FleetUse use(const LoadCurve& curve, int min_replicas = 1, int committed = 0, double load = 20) {
  return use_fleet(load, 10, 1, {0.5, min_replicas, sizes}, curve, committed).value();
}

// Half of the day at half the mean, half of it at three times that.
LoadCurve day_and_night() {
  std::vector<double> hours(24, 0.5);
  for (std::size_t hour = 8; hour < 20; ++hour) hours[hour] = 1.5;
  return autoscaled(hours, 0);
}

TEST(FleetUse, FollowsTheDay) {
  const FleetUse scaled = use(day_and_night());
  EXPECT_EQ(scaled.peak.gpus(), 6);
  EXPECT_DOUBLE_EQ(scaled.mean_gpus, (2 + 6) / 2.0);
  EXPECT_DOUBLE_EQ(scaled.utilization, 20 / (4 * 10.0));
  const FleetUse fixed = use(always_at_peak(1.5));
  EXPECT_EQ(fixed.mean_gpus, 6);
  EXPECT_DOUBLE_EQ(fixed.utilization, 20 / (6 * 10.0));
}

TEST(FleetUse, KeepsTheFloorByNight) {
  EXPECT_DOUBLE_EQ(use(day_and_night(), 3).mean_gpus, (3 + 6) / 2.0);
}

TEST(FleetUse, CountsWhatGoesBeyondTheCommitment) {
  EXPECT_DOUBLE_EQ(use(day_and_night(), 1, 4).mean_beyond, (0 + 2) / 2.0);
}

TEST(FleetUse, RefusesAReplicaLargerThanAnyInstance) {
  EXPECT_FALSE(use_fleet(20, 10, 16, {0.5, 1, sizes}, always_at_peak(1), 0));
}

TEST(FleetCost, OfGpusByTheHour) {
  const GpuTerms terms{.on_demand = 2};
  const FleetCost scaled = price_fleet(use(day_and_night()), terms);
  EXPECT_DOUBLE_EQ(scaled.during, 4 * 2 * hours_a_month);
  EXPECT_DOUBLE_EQ(scaled.after, scaled.during);
  EXPECT_DOUBLE_EQ(price_fleet(use(always_at_peak(1.5)), terms).after, 6 * 2 * hours_a_month);
}

// 8 GPUs are reserved at $1 for 7 months; the baseline fills them, the option needs 5.
TEST(FleetCost, ACommittedGpuSavesNothingBeforeItsTermEnds) {
  const GpuTerms terms{.on_demand = 3, .committed = 1, .committed_gpus = 8, .committed_months = 7};
  const FleetUse before = use(always_at_peak(1), 8, 8), now = use(always_at_peak(1), 5, 8);
  const FleetSaving saved = saving(price_fleet(before, terms), price_fleet(now, terms), terms);
  EXPECT_EQ(saved.during, 0);
  EXPECT_DOUBLE_EQ(saved.after, 3 * 1 * hours_a_month);
  EXPECT_EQ(saved.months, 7);
}

// Of 10 GPUs 2 are rented by the hour: these can go at once.
TEST(FleetCost, GpusBeyondTheCommitmentSaveAtOnce) {
  const GpuTerms terms{.on_demand = 3, .committed = 1, .committed_gpus = 8, .committed_months = 7};
  const FleetUse before = use(always_at_peak(1), 10, 8), now = use(always_at_peak(1), 5, 8);
  const FleetSaving saved = saving(price_fleet(before, terms), price_fleet(now, terms), terms);
  EXPECT_DOUBLE_EQ(saved.during, 2 * 3 * hours_a_month);
  EXPECT_DOUBLE_EQ(saved.after, (2 * 3 + 3 * 1) * hours_a_month);
}

TEST(FleetCost, AnOwnedGpuSavesItsPowerAlone) {
  const GpuTerms terms{
      .committed = 1.2, .power = 0.13, .owned = true, .committed_gpus = 8, .committed_months = 48};
  const FleetUse before = use(always_at_peak(1), 8, 8), now = use(always_at_peak(1), 5, 8);
  const FleetSaving saved = saving(price_fleet(before, terms), price_fleet(now, terms), terms);
  EXPECT_NEAR(saved.during, 3 * 0.13 * hours_a_month, 1e-9);
  EXPECT_NEAR(saved.after, 3 * 1.33 * hours_a_month, 1e-9);
  // One more than there are must be bought.
  const FleetCost grown = price_fleet(use(always_at_peak(1), 9, 8), terms);
  EXPECT_NEAR(grown.during, 9 * 1.33 * hours_a_month, 1e-9);
}

// A server of 8 for $325,000, a quarter of it left after 4 years, at 10 %; 10.2 kW at $0.08, 30 % on top.
// Source: docs/fleet.md.
TEST(OwnedGpu, CostsCapitalAndPower) {
  const OwnedGpu gpu{.price = 325000.0 / 8,
                     .residual_share = 0.25,
                     .years = 4,
                     .kilowatts = 10.2 / 8,
                     .pue = 1.3,
                     .dollars_per_kwh = 0.08};
  EXPECT_NEAR(capital_per_hour(gpu, 0.1), 1.21, 0.005);
  EXPECT_NEAR(power_per_hour(gpu), 0.13, 0.005);
}

// Without interest the loss of value spreads evenly.
TEST(OwnedGpu, WithoutInterestLosesItsValueEvenly) {
  const OwnedGpu gpu{.price = 1000, .residual_share = 0.2, .years = 2};
  EXPECT_NEAR(capital_per_hour(gpu, 0), 800 / (24 * hours_a_month), 1e-12);
  EXPECT_NEAR(capital_per_hour(gpu, 1e-7), capital_per_hour(gpu, 0), 1e-6);
}

RC_GTEST_PROP(FleetUse, AutoscalingNeverCostsMoreThanThePeak, ()) {
  const std::vector<double> hours = *rc::gen::container<std::vector<double>>(
      24, rc::gen::map(rc::gen::inRange(1, 40), [](int n) { return n / 10.0; }));
  const double cold_start = *rc::gen::inRange(0, 30) / 4.0, load = *rc::gen::inRange(1, 2000) / 7.0;
  const LoadCurve scaled = autoscaled(hours, cold_start);
  const FleetUse flexible = use(scaled, 1, 0, load), fixed = use(always_at_peak(scaled.peak()), 1, 0, load);
  RC_ASSERT(flexible.peak.gpus() == fixed.peak.gpus());
  RC_ASSERT(flexible.mean_gpus <= fixed.mean_gpus + 1e-9);
}

}  // namespace
}  // namespace bitworth::economics
