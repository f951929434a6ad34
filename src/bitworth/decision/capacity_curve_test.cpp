#include "bitworth/decision/capacity_curve.hpp"

#include <gtest/gtest.h>

namespace bitworth::decision {
namespace {

const std::vector<CapacityCurve::Point> points = {{0.5, 40}, {1, 16}, {2, 4}};

TEST(CapacityCurve, IsExactAtItsPoints) {
  const CapacityCurve curve(points, true);
  EXPECT_DOUBLE_EQ(curve(0.5), 40);
  EXPECT_NEAR(curve(1), 16, 1e-12);
  EXPECT_NEAR(curve(2), 4, 1e-12);
}

TEST(CapacityCurve, IsAPowerLawBetweenThem) {
  EXPECT_NEAR(CapacityCurve(points, true)(1.4142135623730951), 8, 1e-12);
}

TEST(CapacityCurve, ServesInProportionWhereTimesAreShorter) {
  EXPECT_DOUBLE_EQ(CapacityCurve(points, true)(0.25), 80);
}

TEST(CapacityCurve, EndsWhereTheSloIsMissedAtAnyLoad) {
  EXPECT_EQ(CapacityCurve(points, true)(2.01), 0);
  EXPECT_NEAR(CapacityCurve(points, false)(4), 1, 1e-12);
  EXPECT_EQ(CapacityCurve()(1), 0);
}

TEST(CapacityCurve, ScalesEveryRate) {
  EXPECT_NEAR(CapacityCurve(points, true).scaled(1.5)(1), 24, 1e-12);
}

}  // namespace
}  // namespace bitworth::decision
