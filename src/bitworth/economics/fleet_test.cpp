#include "bitworth/economics/fleet.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>

namespace bitworth::economics {
namespace {

// 2500 tokens/s a GPU, planned to 70 %, and 1.36 times that when quantized. Source: docs/model.md, whole
// GPUs.
TEST(Fleet, SavesWholeGpusOnly) {
  struct Row {
    double peak;
    int before, after;
  };
  for (const Row& row : {Row{1000, 1, 1}, Row{1700, 1, 1}, Row{2000, 2, 1}, Row{3000, 2, 2}, Row{5000, 3, 3},
                         Row{9000, 6, 4}, Row{20000, 12, 9}, Row{60000, 35, 26}}) {
    EXPECT_EQ(replicas_needed(row.peak, 2500, 0.7, 1), row.before) << row.peak;
    EXPECT_EQ(replicas_needed(row.peak, 2500 * 1.36, 0.7, 1), row.after) << row.peak;
  }
}

TEST(Fleet, KeepsTheMinimumOfReplicas) {
  EXPECT_EQ(replicas_needed(1, 1000, 0.7, 2), 2);
}

TEST(Rent, RoundsUpToInstances) {
  const std::array sizes = {1, 8};
  EXPECT_EQ(rent(3, 1, sizes)->gpus(), 3);
  EXPECT_EQ(rent(3, 2, sizes)->gpus(), 8);  // four pairs to a host, one pair idle
  EXPECT_EQ(rent(5, 4, sizes)->gpus(), 24);
}

TEST(Rent, RefusesAReplicaLargerThanAnyInstance) {
  const std::array sizes = {1, 4};
  EXPECT_FALSE(rent(1, 8, sizes));
}

RC_GTEST_PROP(Rent, HoldsEveryReplica, ()) {
  const int replicas = *rc::gen::inRange(1, 200), each = *rc::gen::inRange(1, 9);
  const std::array sizes = {1, 2, 4, 8};
  const std::optional<Fleet> fleet = rent(replicas, each, sizes);
  RC_ASSERT(fleet.has_value());
  RC_ASSERT(fleet->instances * (fleet->instance_size / each) >= replicas);
}

TEST(DollarsPerMillion, IsUndefinedWhereNothingIsServed) {
  EXPECT_FALSE(dollars_per_million(4.5, 0));
  EXPECT_NEAR(dollars_per_million(4.5, 30 * 3600).value(), 41.6667, 1e-4);
}

}  // namespace
}  // namespace bitworth::economics
