#include "bitworth/units/number.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>

// The module's, under a name of its own beside the program's.
#define leading_number leading_number_of_the_module
#include "app/wasm/number.cpp"
#undef leading_number

namespace bitworth {
namespace {

void expect_same(std::string_view text) {
  const auto native = leading_number(text), module = leading_number_of_the_module(text);
  ASSERT_EQ(native.has_value(), module.has_value()) << text;
  if (!native) {
    EXPECT_EQ(native.error(), module.error()) << text;
    return;
  }
  EXPECT_EQ(std::bit_cast<std::uint64_t>(native->value), std::bit_cast<std::uint64_t>(module->value)) << text;
  EXPECT_EQ(native->rest, module->rest) << text;
}

TEST(NumberOfTheModule, IsThatOfTheProgram) {
  for (const std::string_view text :
       {"",        "1",    "12 ms",  "-3.5e2x", "-0",
        "1e",      "1e+",  "1E-3/s", "5.",      ".5",
        "-.5",     ".",    "-",      "-.",      "e5",
        "+1",      " 1",   "1..2",   "1e5.5",   "1,5",
        "1.5e2e3", "0x10", "1_000",  "0.1",     "123456789012345678901234567890"})
    expect_same(text);
  // At the edges of what a double is.
  for (const std::string_view text : {"1.7976931348623157e308", "1e308", "1e309", "-1e400", "4.9e-324",
                                      "2e-324", "1e-400", "0e-999", "0.000e9", "2.2250738585072011e-308",
                                      "9007199254740993", "0.30000000000000004", "1e0000000000000000000005"})
    expect_same(text);
}

TEST(NumberOfTheModule, InfinityIsNone) {
  for (const std::string_view text : {"inf", "nan", "-inf", "infinity", "nan(1)"}) {
    EXPECT_FALSE(leading_number(text)) << text;
    EXPECT_FALSE(leading_number_of_the_module(text)) << text;
  }
}

}  // namespace
}  // namespace bitworth
