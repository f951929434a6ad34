#include "bitworth/measure/schedule.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace bitworth::measure {
namespace {

using Turns = std::vector<Turn>;

TEST(Schedule, GivesEveryFileEveryCellOnce) {
  for (const bool keep_loaded : {true, false}) {
    std::set<std::pair<std::size_t, std::size_t>> seen;
    for (const Turn& turn : block_turns(1, 0, 4, 7, keep_loaded)) seen.insert({turn.file, turn.cell});
    EXPECT_EQ(seen.size(), 28U);
  }
}

TEST(Schedule, KeepsTheFilesOfACellTogether) {
  const Turns turns = block_turns(1, 3, 4, 5, true);
  for (std::size_t i = 0; i < turns.size(); ++i) EXPECT_EQ(turns[i].cell, turns[i / 4 * 4].cell);
}

TEST(Schedule, LoadsAFileOnceWhereNotAllFit) {
  const Turns turns = block_turns(1, 3, 4, 5, false);
  for (std::size_t i = 0; i < turns.size(); ++i) EXPECT_EQ(turns[i].file, turns[i / 5 * 5].file);
}

TEST(Schedule, ChangesFromBlockToBlockAndIsReproducible) {
  EXPECT_EQ(block_turns(1, 5, 4, 7, true), block_turns(1, 5, 4, 7, true));
  EXPECT_NE(block_turns(1, 5, 4, 7, true), block_turns(1, 6, 4, 7, true));
  EXPECT_NE(block_turns(1, 5, 4, 7, true), block_turns(2, 5, 4, 7, true));
}

// In each place of a block each file stands about equally often.
TEST(Schedule, FavoursNoFile) {
  int first = 0;
  for (int block = 0; block < 1000; ++block) first += block_turns(9, block, 4, 3, true)[0].file == 2;
  EXPECT_NEAR(first, 250, 60);
}

}  // namespace
}  // namespace bitworth::measure
