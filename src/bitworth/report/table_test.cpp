#include "bitworth/report/table.hpp"

#include <gtest/gtest.h>

namespace bitworth::report {
namespace {

TEST(Table, AlignsLabelsLeftAndFiguresRight) {
  EXPECT_EQ(table({{"", "a", "long"}, {"label", "1", "2"}}), "       a  long\nlabel  1     2\n");
}

TEST(Table, CountsCharactersNotBytes) {
  EXPECT_EQ(table({{"×", "1"}, {"xx", "22"}}), "×    1\nxx  22\n");
}

TEST(Table, RowsMayBeShort) {
  EXPECT_EQ(table({{"a", "b"}, {"c"}}), "a  b\nc\n");
}

TEST(Wrapped, BreaksAtSpacesBehindTheIndent) {
  EXPECT_EQ(wrapped("one two three", 7, "  "), "one two\n  three\n");
  EXPECT_EQ(wrapped("  one two", 6, "    "), "  one\n    two\n");
}

TEST(Wrapped, KeepsAWordThatIsTooLong) {
  EXPECT_EQ(wrapped("incomprehensible a", 4, ""), "incomprehensible\na\n");
}

}  // namespace
}  // namespace bitworth::report
