#include "bitworth/units/quantity.hpp"

#include <gtest/gtest.h>
// rapidcheck's gtest bridge needs gtest first.
#include <rapidcheck/gtest.h>

#include <type_traits>

#include "bitworth/units/parse.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth {
namespace {

template <class A, class B>
concept addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept comparable = requires(A a, B b) {
  a < b;
};

// Wrong programs do not compile.
static_assert(addable<Bytes, Bytes> && !addable<Bytes, Flops> && !addable<Bytes, double>);
static_assert(!comparable<Seconds, Tokens>);
static_assert(!std::is_convertible_v<Bytes, double> && !std::is_convertible_v<double, Bytes>);
static_assert(std::is_convertible_v<decltype(Bytes{} / Bytes{}), double>);
static_assert(std::is_same_v<decltype(Bytes{} / BytesPerSecond{}), Seconds>);
static_assert(std::is_same_v<decltype(Watts{} * Seconds{}), Joules>);

TEST(Quantity, DividesBytesByBandwidthIntoSeconds) {
  EXPECT_DOUBLE_EQ((Bytes(16e9) / BytesPerSecond(2e12)).value(), 0.008);
  EXPECT_DOUBLE_EQ(Bytes(3) / Bytes(2), 1.5);
}

// Integers as doubles: sums and products stay exact, so the laws hold to the bit.
Bytes bytes(int n) {
  return Bytes(n);
}

RC_GTEST_PROP(QuantityAlgebra, AdditionCommutesAndAssociates, (int a, int b, int c)) {
  RC_ASSERT(bytes(a) + bytes(b) == bytes(b) + bytes(a));
  RC_ASSERT((bytes(a) + bytes(b)) + bytes(c) == bytes(a) + (bytes(b) + bytes(c)));
  RC_ASSERT(bytes(a) - bytes(a) == Bytes(0));
}

RC_GTEST_PROP(QuantityAlgebra, ScalingDistributes, (int a, int b, short k)) {
  RC_ASSERT((bytes(a) + bytes(b)) * double(k) == bytes(a) * double(k) + bytes(b) * double(k));
}

RC_GTEST_PROP(QuantityAlgebra, MultiplyingUndoesDividing, (int a)) {
  const auto seconds = Seconds(*rc::gen::inRange(1, 1 << 20));
  RC_ASSERT(std::abs(((bytes(a) / seconds) * seconds).value() - a) <= 1e-9 * std::abs(double(a)));
}

RC_GTEST_PROP(QuantityAlgebra, OrderIsThatOfTheNumbers, (int a, int b)) {
  RC_ASSERT((bytes(a) < bytes(b)) == (a < b));
  RC_ASSERT((bytes(a) >= bytes(b)) == (a >= b));
}

TEST(ParseQuantity, ReadsWhatPeopleWrite) {
  const auto value = [](std::string_view text) { return parse_quantity(text).value().value; };
  EXPECT_DOUBLE_EQ(value("50 ms"), 0.05);
  EXPECT_DOUBLE_EQ(value("1 s"), 1);
  EXPECT_DOUBLE_EQ(value("80 GB"), 80e9);
  EXPECT_DOUBLE_EQ(value("80GiB"), 80.0 * 1073741824.0);
  EXPECT_DOUBLE_EQ(value("$4.50/h"), 4.5 / 3600);
  EXPECT_DOUBLE_EQ(value("2 %"), 0.02);
  EXPECT_DOUBLE_EQ(value("989 TFLOP/s"), 989e12);
  EXPECT_DOUBLE_EQ(value("3.35 TB/s"), 3.35e12);
  EXPECT_DOUBLE_EQ(value("40 h"), 144000);
  EXPECT_DOUBLE_EQ(value("12 requests/s"), 12);
  EXPECT_DOUBLE_EQ(value("700 W"), 700);
  EXPECT_DOUBLE_EQ(value("1.5e3"), 1500);
}

TEST(ParseQuantity, KnowsTheDimension) {
  EXPECT_EQ(parse_quantity("3350 GB/s")->dimension, BytesPerSecond::dimension);
  EXPECT_EQ(parse_quantity("700 W")->dimension, Watts::dimension);
  EXPECT_EQ(parse_quantity("$4.50/h")->dimension, DollarsPerSecond::dimension);
  EXPECT_EQ(parse_quantity("12")->dimension, Dimension{});
}

TEST(ParseQuantity, RefusesWhatItDoesNotKnow) {
  const auto reason = [](std::string_view text) { return parse_quantity(text).error(); };
  EXPECT_EQ(reason("50 furlongs"), "\"furlongs\" is not a unit that is known here");
  EXPECT_EQ(reason("fast"), "\"fast\" does not begin with a number");
  EXPECT_EQ(reason("3 GB/"), "\"3 GB/\" ends in \"/\"");
  EXPECT_EQ(reason("3 GB//s"), "\"3 GB//s\" has a \"/\" too many");
  EXPECT_EQ(reason("nan"), "\"nan\" does not begin with a number");
  EXPECT_EQ(reason("1e999"), "\"1e999\" is out of range");
  EXPECT_EQ(reason("3 KiFLOP"), "\"KiFLOP\" is not a unit that is known here");
}

TEST(Print, ShowsThreeSignificantDigits) {
  EXPECT_EQ(to_text(Bytes(16.06e9)), "16.1 GB");
  EXPECT_EQ(to_text(Seconds(0.0428)), "42.8 ms");
  EXPECT_EQ(to_text(Seconds(7200)), "2 h");
  EXPECT_EQ(to_text(Dollars(3.85)), "$3.85");
  EXPECT_EQ(to_text(Dollars(-28402.9)), "-$28,403");
  EXPECT_EQ(to_text(Dollars(0.0123)), "$0.012");
  EXPECT_EQ(to_text(FlopsPerSecond(989e12)), "989 TFLOP/s");
  EXPECT_EQ(to_text(Bytes(999.6e6)), "1 GB");
  EXPECT_EQ(significant(1.3636), "1.36");
  EXPECT_EQ(significant(9.996), "10");
  EXPECT_EQ(significant(123456), "123,000");
  EXPECT_EQ(significant(5e-324), "4.94e-324");
  EXPECT_EQ(percent(0.26667), "26.7 %");
}

RC_GTEST_PROP(Print, WhatIsPrintedReadsBack, ()) {
  const double value =
      *rc::gen::map(rc::gen::inRange(-600, 900), [](int e) { return std::pow(10.0, e / 60.0); });
  const double read = parse_quantity(to_text(Bytes(value)))->value;
  RC_ASSERT(std::abs(read / value - 1) < 0.006);
}

}  // namespace
}  // namespace bitworth
