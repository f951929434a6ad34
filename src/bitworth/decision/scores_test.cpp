#include "bitworth/decision/scores.hpp"

#include <gtest/gtest.h>

#include "bitworth/stats/ranks.hpp"

namespace bitworth::decision {
namespace {

using Order = std::vector<std::size_t>;
using Values = std::vector<double>;

TEST(Scores, OrderAndRankDrawsByTheirScores) {
  const Scores scores({{2, 0, 2, 1, 2}, {0, 0, 0, 0, 0}}, {-1, 0, 1});
  EXPECT_EQ(scores.of(0), (Values{1, -1, 1, 0, 1}));
  EXPECT_EQ(scores.order(0), (Order{1, 3, 0, 2, 4}));
  EXPECT_EQ(scores.order(1), (Order{0, 1, 2, 3, 4}));
  for (const std::size_t unknown : {0, 1})
    EXPECT_EQ(scores.ranks(unknown), stats::ranks(scores.of(unknown))) << unknown;
}

}  // namespace
}  // namespace bitworth::decision
