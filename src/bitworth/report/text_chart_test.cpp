#include "bitworth/report/text_chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bitworth/report/table.hpp"

namespace bitworth::report {
namespace {

using testing::ElementsAre;

const std::vector<std::string> batches = {"1", "2", "4"};

TEST(TextChart, MarksEachValueAndDrawsTheLevel) {
  const std::vector<Series> series = {{"a", {2.0, 1.5, 0.5}}, {"b", {1.0, std::nullopt, 2.0}}};
  EXPECT_THAT(text_chart(batches, series, 1, 4), ElementsAre("   2x ┤●        ▲  ",  //
                                                             "      ┤    ●       ",  //
                                                             "   1x ┼┈▲┈┈┈┈┈┈┈┈┈┈",  //
                                                             " 0.5x ┤        ●   ",  //
                                                             "       1   2   4   "));
  EXPECT_EQ(legend(series), "● a  ▲ b");
}

TEST(TextChart, PutsTheLevelAtTheEdgeWhereNothingIsBeyondIt) {
  const std::vector<Series> above = {{"a", {1.5, 1.25, 1.0}}}, below = {{"a", {0.8, 0.9, 0.9}}};
  EXPECT_THAT(text_chart(batches, above, 1, 3).at(2), testing::StartsWith("   1x ┼┈┈┈┈┈┈┈┈●"));
  EXPECT_THAT(text_chart(batches, below, 1, 3).at(0), testing::StartsWith("   1x ┼┈"));
  EXPECT_THAT(text_chart(batches, below, 1, 3).at(2), testing::StartsWith(" 0.8x ┤●"));
}

TEST(TextChart, HoldsValuesThatAreAllTheLevel) {
  const std::vector<Series> flat = {{"a", {1.0, 1.0, 1.0}}};
  for (const std::string& line : text_chart(batches, flat, 1, 3))
    EXPECT_EQ(line.find("nan"), std::string::npos) << line;
}

// Many series stand side by side in a column, so none hides another.
TEST(TextChart, ShowsEverySeries) {
  const std::vector<Series> series(8, Series{"a", {2.0, 2.0, 2.0}});
  const std::string top = text_chart(batches, series, 1, 3).front();
  for (const char* mark : {"●", "▲", "■", "◆", "○", "△", "□", "◇"})
    EXPECT_NE(top.find(mark), std::string::npos) << mark;
}

TEST(RangeBar, SpansFromLowToHigh) {
  EXPECT_EQ(range_bar(2, 3, 4, 0, 4, 5), "┈┈━┃━");
  EXPECT_EQ(range_bar(4, 3, 2, 0, 4, 5), "┈┈━┃━");
  EXPECT_EQ(range_bar(-9, 0, 99, 0, 4, 5), "┃━━━━");
  EXPECT_EQ(range_bar(1, 1, 1, 1, 1, 3), "┃┈┈");
}

TEST(Bars, TallestAtTheHighest) {
  EXPECT_EQ(bars(std::vector<double>{0, 1, 2}), " ▄█");
  EXPECT_EQ(bars(std::vector<double>{0, 0}), "  ");
}

TEST(SideBySide, FillsUpTheLeft) {
  EXPECT_EQ(side_by_side({"a", "longer"}, {"x", "", "y"}, 2), "a       x\nlonger\n        y\n");
}

TEST(ShownWidth, CountsNeitherColoursNorBytes) {
  EXPECT_EQ(shown_width("\x1b[1;32mGO\x1b[0m"), 2U);
  EXPECT_EQ(shown_width("×┈"), 2U);
}

}  // namespace
}  // namespace bitworth::report
