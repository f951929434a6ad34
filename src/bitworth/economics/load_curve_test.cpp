#include "bitworth/economics/load_curve.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace bitworth::economics {
namespace {

// Half the mean by night, three times that by day.
std::vector<double> day_and_night() {
  std::vector<double> hours(24, 0.5);
  for (std::size_t hour = 8; hour < 20; ++hour) hours[hour] = 1.5;
  return hours;
}

void expect_levels(const LoadCurve& curve, double night_share) {
  ASSERT_EQ(curve.levels.size(), 2U);
  EXPECT_EQ(curve.levels[0].load, 0.5);
  EXPECT_NEAR(curve.levels[0].share, night_share, 1e-12);
  EXPECT_EQ(curve.peak(), 1.5);
  EXPECT_NEAR(curve.levels[1].share, 1 - night_share, 1e-12);
}

TEST(LoadCurve, StandsAtItsPeak) {
  const LoadCurve curve = always_at_peak(2.5);
  ASSERT_EQ(curve.levels.size(), 1U);
  EXPECT_EQ(curve.peak(), 2.5);
  EXPECT_EQ(curve.levels[0].share, 1);
}

TEST(LoadCurve, FollowsTheHours) {
  expect_levels(autoscaled(day_and_night(), 0), 12.0 / 24);
}

TEST(LoadCurve, StartsAheadOfTheMorningOnly) {
  expect_levels(autoscaled(day_and_night(), 0.5), 11.5 / 24);
  expect_levels(autoscaled(day_and_night(), 1), 11.0 / 24);
  expect_levels(autoscaled(day_and_night(), 2.25), 9.75 / 24);
}

// A start that takes longer than the night never lets the fleet shrink.
TEST(LoadCurve, AStartLongerThanTheNightKeepsThePeak) {
  const LoadCurve curve = autoscaled(day_and_night(), 12);
  EXPECT_EQ(curve.levels.front().load, 1.5);
  EXPECT_NEAR(curve.levels.front().share, 1, 1e-12);
}

// The first hour comes after the last.
TEST(LoadCurve, ComesRoundAgain) {
  std::vector<double> hours(4, 1.0);
  hours[0] = 2;
  const LoadCurve curve = autoscaled(hours, 1);
  EXPECT_NEAR(curve.levels.back().share, 2.0 / 4, 1e-12);
}

}  // namespace
}  // namespace bitworth::economics
