#include "bitworth/decision/staircase.hpp"

#include <gtest/gtest.h>

#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

// Replicas of one GPU that carry 10 requests/s (the baseline) and 15 (the option), planned in full; the peak
// is twice the mean.
struct Made {
  cases::Case c = tests::ideal_case();
  Basis basis;
  Inputs medians;

  explicit Made(double load) {
    c.hardware.headroom = 1;
    c.hardware.instance_sizes = {1};
    c.options = {tests::ideal_fp8()};
    c.workload.requests_per_second = certain(load, Provenance::stated, "test");
    medians = median_inputs(c);
    basis.load = economics::always_at_peak(2);
    const auto table = [](double rate) {
      return CapacityTable{{{ReplicaShape{}, CapacityCurve({{1, rate}}, true), CapacitySource::simulated,
                             nullptr, std::nullopt}},
                           std::nullopt,
                           0};
    };
    basis.capacities.baseline = table(10);
    basis.capacities.options = {table(15)};
  }
  Staircase of(std::size_t option) const { return fleet_staircase(c, basis, medians, option); }
};

TEST(Staircase, GrowsWhereReplicasAreUsedUp) {
  const Staircase stairs = Made(10).of(baseline_index);
  EXPECT_EQ(stairs.up_to, 200);
  EXPECT_TRUE(stairs.exact);
  ASSERT_EQ(stairs.steps.size(), 40U);  // from 0.5 to 200 requests/s, a GPU for each 5
  EXPECT_EQ(stairs.steps[0].requests_per_second, 0.5);
  for (std::size_t i = 0; i < stairs.steps.size(); ++i) {
    EXPECT_EQ(stairs.steps[i].gpus, static_cast<int>(i) + 1);
    EXPECT_NEAR(stairs.steps[i].dollars_per_month, (static_cast<double>(i) + 1) * 3.6 * 730.5, 1e-6);
    if (i > 0) {
      EXPECT_NEAR(stairs.steps[i].requests_per_second, 5.0 * static_cast<double>(i), 1e-9);
    }
  }
  EXPECT_EQ(stairs.at(12).gpus, 3);
  EXPECT_EQ(stairs.at(10).gpus, 2) << "10 requests/s are still carried";
  EXPECT_EQ(stairs.at(10.01).gpus, 3);
}

// Between its steps nothing happens: the plan of any load agrees.
TEST(Staircase, IsThePlanAtAnyLoad) {
  const Made made(10);
  const Staircase stairs = made.of(0);
  Inputs inputs = made.medians;
  for (double load = 0.51; load < 190; load *= 1.013) {
    inputs.requests_per_second = load;
    EXPECT_EQ(stairs.at(load).gpus, plan_fleet(made.c, made.basis, inputs, 0)->gpus()) << load;
  }
}

TEST(Staircase, KeepsTheFloor) {
  Made made(10);
  made.c.hardware.min_replicas = 4;
  const Staircase stairs = made.of(baseline_index);
  EXPECT_EQ(stairs.steps[0].gpus, 4);
  EXPECT_NEAR(stairs.steps[1].requests_per_second, 20, 1e-9);
}

TEST(Staircase, FollowsTheHoursWhereItScales) {
  Made made(10);
  std::vector<double> hours(24, 0.5);
  for (std::size_t hour = 8; hour < 20; ++hour) hours[hour] = 1.5;
  made.basis.load = economics::autoscaled(hours, 0);
  const Staircase stairs = made.of(baseline_index);
  const Staircase::Step& now = stairs.at(10);  // 15 requests/s by day, 5 by night
  EXPECT_EQ(now.gpus, 2);
  EXPECT_NEAR(now.dollars_per_month, 1.5 * 3.6 * 730.5, 1e-6);
}

TEST(Staircase, PassesOverStepsOfVeryLargeFleets) {
  const Staircase stairs = Made(100'000).of(baseline_index);
  EXPECT_FALSE(stairs.exact);
  EXPECT_LE(stairs.steps.size(), 1002U);
  EXPECT_GT(stairs.steps.size(), 500U);
  EXPECT_GT(stairs.steps.back().requests_per_second, 1'990'000);
}

TEST(Saving, IsTheDifferenceOfTheStairs) {
  const Made made(10);
  const Staircase before = made.of(baseline_index), now = made.of(0);
  const auto changes = saving_staircase(before, now);
  ASSERT_FALSE(changes.empty());
  std::size_t i = 0;
  for (double load = 0.51; load < 190; load *= 1.013) {
    while (i + 1 < changes.size() && changes[i + 1].requests_per_second < load) ++i;
    EXPECT_EQ(changes[i].gpus_saved, before.at(load).gpus - now.at(load).gpus) << load;
  }
}

// Up to 5 requests/s one GPU does for both; to 7.5 the option needs one and the baseline two; to 10 both two.
TEST(Saving, TurnsWhereItAppearsAndVanishes) {
  const auto turn_at = [](double load) {
    const Made made(load);
    const Staircase before = made.of(baseline_index), now = made.of(0);
    return saving_turn(saving_staircase(before, now), load, before.up_to).value();
  };
  const SavingTurn small = turn_at(4);
  EXPECT_EQ(small.now.gpus_saved, 0);
  EXPECT_NEAR(small.above->requests_per_second, 5, 1e-9);
  EXPECT_FALSE(small.below);
  EXPECT_EQ(small.text, "saves nothing at 4 requests/s; just above 5 it saves 1 GPU");
  const SavingTurn saving = turn_at(6);
  EXPECT_EQ(saving.now.gpus_saved, 1);
  EXPECT_NEAR(saving.above->requests_per_second, 7.5, 1e-9);
  EXPECT_NEAR(saving.below_until, 5, 1e-9);
  EXPECT_EQ(saving.text,
            "saves 1 GPU at 6 requests/s; just above 7.5 it saves nothing; just below 5 it saves nothing");
  const SavingTurn gone = turn_at(9);
  EXPECT_EQ(gone.now.gpus_saved, 0);
  EXPECT_NEAR(gone.below_until, 7.5, 1e-9);
}

TEST(Saving, OfTheBaselineItselfIsNothing) {
  const Staircase stairs = Made(10).of(baseline_index);
  const auto changes = saving_staircase(stairs, stairs);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].gpus_saved, 0);
  EXPECT_EQ(saving_turn(changes, 10, stairs.up_to)->text,
            "saves nothing at 10 requests/s, and likewise up to 200");
}

}  // namespace
}  // namespace bitworth::decision
