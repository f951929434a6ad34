#include "bitworth/decision/nearest_crossing.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace bitworth::decision {
namespace {

TEST(NearestCrossing, TellsNotReachedFromNotVerified) {
  using Status = Crossing::Status;
  const auto line = [](double x) { return std::optional(x - 10); };
  EXPECT_NEAR(nearest_crossing(line, 100, 1, 1000).at.value(), 10, 1e-6);
  EXPECT_EQ(nearest_crossing(line, 100, 50, 1000).status, Status::not_reached);
  constexpr double straight = std::numeric_limits<double>::infinity();
  EXPECT_NEAR(nearest_crossing(line, 100, 1, 1e9, {}, straight).at.value(), 10, 1e-9);
  EXPECT_EQ(nearest_crossing(line, 100, 50, 1000, {}, straight).status, Status::not_reached);
  const auto blind_below = [](double x) { return x < 20 ? std::nullopt : std::optional(x - 10); };
  EXPECT_EQ(nearest_crossing(blind_below, 100, 1, 1000).status, Status::unverified);
  EXPECT_FALSE(nearest_crossing(blind_below, 100, 1, 1000).at);
}

TEST(NearestCrossing, IsTheNearerByItsRatioHoweverTheStridesFall) {
  for (const double above : {150.0, 195.0, 199.9, 200.1, 205.0, 900.0}) {
    int asked = 0;
    const auto between = [&](double x) {
      ++asked;
      return std::optional((x - 50) * (above - x));
    };
    const double nearer = above < 200 ? above : 50;
    EXPECT_NEAR(nearest_crossing(between, 100, 1, 1e6).at.value() / nearer, 1, 1e-9) << above;
    EXPECT_LT(asked, 120) << "no farther than it turns";
  }
}

}  // namespace
}  // namespace bitworth::decision
