#include "bitworth/decision/inputs.hpp"

#include <gtest/gtest.h>

#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

// A load that doubles every year is 1 / ln 2 of today's, on average over one.
TEST(Inputs, TheLoadIsTheMeanOfTheHorizon) {
  cases::Case c = tests::ideal_case();
  EXPECT_DOUBLE_EQ(median_inputs(c).requests_per_second, 10);
  c.workload.growth_per_year = 1;
  c.money.horizon_months = 12;
  EXPECT_NEAR(median_inputs(c).requests_per_second, 10 / 0.6931471805599453, 1e-9);
}

}  // namespace
}  // namespace bitworth::decision
