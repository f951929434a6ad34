#include "bitworth/economics/cash_flow.hpp"

#include <gtest/gtest.h>

namespace bitworth::economics {
namespace {

// $40,000 for $6,000 a month over a year at 10 %: the closed forms, computed apart.
constexpr CashFlow golden{
    .once = 40000, .per_month = 6000, .delay_months = 0, .horizon_months = 12, .discount_rate = 0.1};

TEST(CashFlow, CompoundsTheYearlyRate) {
  EXPECT_NEAR(monthly_rate(0.1), 0.007974140428903764, 1e-15);
}

TEST(CashFlow, NetPresentValue) {
  EXPECT_NEAR(net_present_value(golden), 28402.92697598413, 1e-6);
}

TEST(CashFlow, Payback) {
  EXPECT_NEAR(payback_months(golden).value(), 6.666666666666667, 1e-12);
  EXPECT_NEAR(discounted_payback_months(golden).value(), 6.877688431370597, 1e-9);
}

TEST(CashFlow, AWholeMonthOfDelayLosesTheFirstMonth) {
  CashFlow delayed = golden;
  delayed.delay_months = 1;
  EXPECT_NEAR(net_present_value(golden) - net_present_value(delayed), 6000 / 1.007974140428903764, 1e-6);
  EXPECT_NEAR(payback_months(delayed).value(), 7.666666666666667, 1e-12);
}

TEST(CashFlow, HalfAMonthOfDelayLosesHalfOfIt) {
  CashFlow delayed = golden;
  delayed.delay_months = 0.5;
  EXPECT_NEAR(net_present_value(golden) - net_present_value(delayed), 3000 / 1.007974140428903764, 1e-6);
}

TEST(CashFlow, NeverPaysBackWhenNothingComesIn) {
  CashFlow flow = golden;
  flow.per_month = 0;
  EXPECT_FALSE(payback_months(flow));
  EXPECT_FALSE(discounted_payback_months(flow));
  flow.per_month = 300;  // less than the interest on what was spent
  EXPECT_TRUE(payback_months(flow));
  EXPECT_FALSE(discounted_payback_months(flow));
}

TEST(CashFlow, PaysBackAtOnceWhenNothingIsSpent) {
  CashFlow flow = golden;
  flow.once = 0;
  EXPECT_EQ(payback_months(flow), 0);
}

}  // namespace
}  // namespace bitworth::economics
