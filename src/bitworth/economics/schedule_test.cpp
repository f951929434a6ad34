#include "bitworth/economics/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "bitworth/economics/cash_flow.hpp"

namespace bitworth::economics {
namespace {

double present(const std::vector<Month>& months) {
  return std::accumulate(months.begin(), months.end(), 0.0,
                         [](double sum, const Month& month) { return sum + month.present; });
}

double worth(const Project& project, const Terms& terms) {
  const double quick = net_present_value(project, present_values(terms));
  EXPECT_NEAR(quick, present(schedule(project, terms)), 1e-6) << "the two ways to sum";
  return quick;
}

// Worked by hand: $40,000 for $6,000 a month at 10 % a year.
const Project golden{.once = 40000, .saved_per_month = {{6000, 6000}}};

TEST(Schedule, MeetsTheGoldenFigures) {
  const Terms terms{.horizon_months = 12, .discount_rate = monthly_rate(0.1)};
  EXPECT_NEAR(worth(golden, terms), 28402.92697598413, 1e-8);
  const std::vector<Month> months = schedule(golden, terms);
  EXPECT_NEAR(payback_months(months).value(), 6.666666666666667, 1e-12);
  EXPECT_NEAR(discounted_payback_months(months, monthly_rate(0.1)).value(), 6.877688431370597, 1e-9);
  EXPECT_DOUBLE_EQ(net_of_months(months, 12), 12 * 6000 - 40000);
}

TEST(Schedule, PricesThatFallMeetTheGoldenFigures) {
  const Project free{.saved_per_month = {{6000, 6000}}};
  EXPECT_NEAR(worth(free, {.horizon_months = 24, .discount_rate = monthly_rate(0.1), .price_change = -0.02}),
              105330.98571496912, 1e-6);
  EXPECT_NEAR(worth(free, {.horizon_months = 24, .discount_rate = monthly_rate(0.1)}), 130587.40604506056,
              1e-6);
}

TEST(Schedule, AddsUpToWhatTheMonthsAre) {
  const Terms terms{.horizon_months = 7.5,
                    .discount_rate = 0.01,
                    .delay_months = 2,
                    .price_change = -0.02,
                    .replacement_hazard = 0.05,
                    .refresh_every_months = 3};
  const Project project{.once = 40000,
                        .saved_per_month = {{6000, 6000}, {8000, 9000}},
                        .running_per_month = 100,
                        .errors_per_month = 50,
                        .refresh = 700};
  std::vector<double> added;
  add_up(project, Calendar(terms), terms, added);
  double sum = 0;
  const std::vector<Month> months = schedule(project, terms);
  ASSERT_EQ(added.size(), months.size());
  for (std::size_t i = 0; i < months.size(); ++i) EXPECT_DOUBLE_EQ(added[i], sum += months[i].present);
}

// The geometric series b q (1 - q^n) / (1 - q), q = (1 - h) / (1 + r).
TEST(Schedule, AHazardActsAsAHigherRate) {
  const Terms terms{.horizon_months = 36, .discount_rate = monthly_rate(0.08), .replacement_hazard = 0.03};
  const double q = 0.97 / (1 + monthly_rate(0.08));
  EXPECT_NEAR(worth({.saved_per_month = {{1000, 1000}}}, terms), 1000 * q * (1 - std::pow(q, 36)) / (1 - q),
              1e-8);
}

TEST(Schedule, RefreshesComeEveryFewMonthsAndNotBeforeTheRollOut) {
  const Project only_refresh{.refresh = 100};
  EXPECT_DOUBLE_EQ(worth(only_refresh, {.horizon_months = 12, .refresh_every_months = 6}), -200);
  EXPECT_DOUBLE_EQ(worth(only_refresh, {.horizon_months = 12, .refresh_every_months = 2.4}), -500);
  EXPECT_DOUBLE_EQ(worth(only_refresh, {.horizon_months = 12, .refresh_every_months = 0}), 0);
  EXPECT_DOUBLE_EQ(worth(only_refresh, {.horizon_months = 12, .delay_months = 7, .refresh_every_months = 6}),
                   -100);
}

TEST(Schedule, NothingIsSavedBeforeTheDelayOrTheCommitmentEnds) {
  const Project saves{.saved_per_month = {{0, 100}}, .running_per_month = 10};
  EXPECT_DOUBLE_EQ(worth(saves, {.horizon_months = 12, .delay_months = 1.5}), 10.5 * 90);
  EXPECT_DOUBLE_EQ(worth(saves, {.horizon_months = 12, .delay_months = 1, .committed_months = 5}),
                   7 * 100 - 11 * 10);
}

TEST(Schedule, ACommitmentDoesNotDeferALargerFleet) {
  const Project costs{.saved_per_month = {{-100, -50}}};
  EXPECT_DOUBLE_EQ(worth(costs, {.horizon_months = 12, .delay_months = 2, .committed_months = 12}), -1000);
}

TEST(Schedule, SavingsFollowTheSizingsAndErrorsTheLoad) {
  const Project grows{.saved_per_month = {{0, 0}, {0, 100}, {0, 200}}};
  EXPECT_DOUBLE_EQ(worth(grows, {.horizon_months = 12}), 3 * 100 + 6 * 200) << "the last one stays";
  const Terms doubling{.horizon_months = 2, .load_growth = 1};
  EXPECT_DOUBLE_EQ(worth({.errors_per_month = 10}, doubling), -(10 + 20));
  EXPECT_DOUBLE_EQ(present_values(doubling).load[0], 1.5);
  EXPECT_EQ(present_values({.horizon_months = 7}).sizings, 3);
  EXPECT_DOUBLE_EQ(present_values({.horizon_months = 7, .load_growth = 1}).load[2], 64);
}

TEST(Schedule, NeverPaysBackWithinTheHorizon) {
  EXPECT_FALSE(
      payback_months(schedule({.once = 1000, .saved_per_month = {{10, 10}}}, {.horizon_months = 12})));
  EXPECT_EQ(payback_months(schedule({.saved_per_month = {{10, 10}}}, {.horizon_months = 12})), 0);
}

}  // namespace
}  // namespace bitworth::economics
