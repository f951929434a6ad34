#include "bitworth/stats/signed_rank.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "bitworth/base/rng.hpp"

namespace bitworth::stats {
namespace {

TEST(SignedRank, KnowsTheMedianOfPairMeans) {
  // Pair means of 1, 2, 9: 1 1.5 2 5 5.5 9.
  const std::vector<double> sample = {9, 1, 2};
  const auto found = location(sample, 0.95);
  ASSERT_TRUE(found);
  EXPECT_DOUBLE_EQ(found->median, 3.5);
  EXPECT_DOUBLE_EQ(found->low, 1);
  EXPECT_DOUBLE_EQ(found->high, 9);
  EXPECT_DOUBLE_EQ(found->confidence, 0.75);  // 1 - 2 / 2^3
}

// Table A.4 of the source: with n = 10, 8 sums at either end leave 95.1 %.
TEST(SignedRank, LeavesOutAsManyAsTheTableSays) {
  std::vector<double> sample;
  for (int i = 0; i < 10; ++i) sample.push_back(1 << i);
  const auto found = location(sample, 0.95);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->confidence, 0.9512, 0.0005);
  // The ninth smallest mean: 1 1.5 2 2.5 3 4 4.5 5 6
  EXPECT_DOUBLE_EQ(found->low, 6);
}

TEST(SignedRank, SixBlocksReach95Percent) {
  const std::vector<double> six = {1, 2, 3, 4, 5, 6}, five = {1, 2, 3, 4, 5};
  EXPECT_GE(location(six, 0.95)->confidence, 0.95);
  EXPECT_LT(location(five, 0.95)->confidence, 0.95);
}

TEST(SignedRank, OneWildNumberMovesItLittle) {
  const std::vector<double> sample = {1.00, 1.01, 0.99, 1.02, 0.98, 1.0, 1.01, 40};
  const auto found = location(sample, 0.9);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->median, 1.005, 0.02);
}

TEST(SignedRank, CoversAsOftenAsItSays) {
  Rng rng(7);
  int covered = 0;
  constexpr int trials = 2000;
  for (int t = 0; t < trials; ++t) {
    std::vector<double> sample;
    for (int i = 0; i < 8; ++i) sample.push_back(rng.normal());
    const auto found = location(sample, 0.9);
    covered += found->low <= 0 && 0 <= found->high;
  }
  EXPECT_NEAR(covered / double(trials), 0.9219, 0.02);  // what n = 8 has at 90 % or more
}

TEST(SignedRank, AnEmptySampleHasNone) {
  EXPECT_FALSE(location({}, 0.95));
}

}  // namespace
}  // namespace bitworth::stats
