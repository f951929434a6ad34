#include "bitworth/base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace bitworth {
namespace {

TEST(InParallel, DoesEachOnce) {
  std::vector<std::atomic<int>> done(1000);
  in_parallel(done.size(), [&](std::size_t i) { ++done[i]; });
  for (const auto& each : done) EXPECT_EQ(each, 1);
  in_parallel(0, [](std::size_t) { FAIL() << "there is nothing to do"; });
}

TEST(InParallel, ThrowsWhatOneThrew) {
  std::atomic<int> ended = 0;
  const auto work = [&](std::size_t i) {
    if (i == 3) throw std::runtime_error("the third");
    ++ended;
  };
  EXPECT_THROW(in_parallel(50, work), std::runtime_error);
  EXPECT_LT(ended, 50);
}

}  // namespace
}  // namespace bitworth
