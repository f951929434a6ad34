#include "bitworth/stats/summary.hpp"

#include <gtest/gtest.h>

namespace bitworth::stats {
namespace {

TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  EXPECT_DOUBLE_EQ(quantile({3, 1, 2, 4}, 0.5).value(), 2.5);
  EXPECT_DOUBLE_EQ(quantile({3, 1, 2, 4}, 0).value(), 1);
  EXPECT_DOUBLE_EQ(quantile({3, 1, 2, 4}, 1).value(), 4);
  EXPECT_DOUBLE_EQ(quantile({10, 20}, 0.1).value(), 11);
  EXPECT_DOUBLE_EQ(quantile({7}, 0.9).value(), 7);
}

TEST(Quantile, OfNothingIsAbsent) {
  EXPECT_FALSE(quantile({}, 0.5));
}

}  // namespace
}  // namespace bitworth::stats
