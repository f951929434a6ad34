#include "bitworth/decision/payoff.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "bitworth/decision/draws.hpp"
#include "tests/support/asked_case.hpp"

namespace bitworth::decision {
namespace {

using bitworth::tests::ideal_case;
using bitworth::tests::ideal_fp8;
using tests::Asked;
using tests::busy_case;
using tests::exactly;

// The quick tables against the plan that they stand for.
TEST(Payoff, MeetsThePlansOfTheFleet) {
  cases::Case c = busy_case();
  c.workload.requests_per_second = {500, 300, 800, Provenance::stated, "test", ""};
  Asked asked(c);
  const Uncertainty uncertainty = uncertainty_of(c);
  const Draws draws(uncertainty, 200, 1);
  std::vector<Payoff> found(1);
  draws.for_each([&](const Inputs& in, std::size_t) {
    ASSERT_TRUE(asked.payoffs(in, found));
    const auto before = plan_fleet(asked.c, asked.basis, in, baseline_index);
    const auto after = plan_fleet(asked.c, asked.basis, in, 0);
    EXPECT_EQ(found[0].gpus_saved, before->gpus() - after->gpus()) << in.requests_per_second;
    EXPECT_NEAR(found[0].speedup,
                after->requests_per_second_per_gpu() / before->requests_per_second_per_gpu(), 1e-3);
  });
}

// Fleets of many thousand replicas still differ: by cells, within a quarter of a percent each.
TEST(Payoff, MeetsThePlansOfFleetsHoweverLarge) {
  for (const bool over_a_week : {false, true}) {
    cases::Case c = busy_case();
    c.workload.requests_per_second = {900'000, 500'000, 1'000'000, Provenance::stated, "test", ""};
    c.hardware.autoscaling = over_a_week;
    c.workload.hours = workload::office_week(0.2, 0.5);
    Asked asked(c);
    const Inputs in = median_inputs(c);
    const auto before = plan_fleet(asked.c, asked.basis, in, baseline_index);
    const auto after = plan_fleet(asked.c, asked.basis, in, 0);
    ASSERT_GT(after->gpus(), 20'000);
    EXPECT_NEAR(asked.with(in).gpus_saved, before->gpus() - after->gpus(), 0.005 * before->gpus());
  }
}

// Replicas of one GPU whose capacity falls to next to nothing where times grow by half.
CapacityTable at_the_edge(double requests_per_second) {
  ShapeCapacity shape;
  shape.shape.gpus = 1;
  shape.curve = CapacityCurve(
      {{0.5, 2 * requests_per_second}, {1, requests_per_second}, {1.5, requests_per_second / 1000}}, true);
  CapacityTable table;
  table.shapes = {shape};
  return table;
}

// The tables reach as far as times may grow.
cases::Case with_unsure_times(cases::Case c) {
  for (cases::Option* option : {&c.baseline, &c.options[0]}) {
    for (double& level : option->kernels.spread.level) level = 0.2;
  }
  return c;
}

Asked at_the_edge_of_both(double requests_per_second) {
  cases::Case c = with_unsure_times(busy_case());
  c.workload.requests_per_second = exactly(requests_per_second);
  CapacityTables tables;
  tables.baseline = at_the_edge(10);
  tables.options = {at_the_edge(20)};
  return Asked(c, tables);
}

// Beyond the ceiling nothing serves: a fleet that many times as large is not rented, and no mean is made of
// it.
TEST(Payoff, CountsNoFleetBeyondTheCeiling) {
  Asked asked = at_the_edge_of_both(500);
  Payoffs& payoffs = asked.payoffs;
  Inputs in = median_inputs(asked.c);
  const double fleet = payoffs.one(in, 0)->dollars_saved_per_month;
  EXPECT_TRUE(payoffs.baseline_serves(in));
  std::vector<Payoff> found(1);
  for (const double factor : {1.05, 1.1, 1.2, 1.3, 1.4}) {
    in.baseline.time_factor = factor;
    if (!payoffs(in, found)) continue;
    EXPECT_LT(found[0].dollars_saved_per_month, 2 * asked.c.judgement.fleet_ceiling * fleet) << factor;
  }
  in.baseline.time_factor = 1.4;
  EXPECT_FALSE(payoffs.baseline_serves(in)) << "a hundred times the GPUs";
  in.baseline.time_factor = 1;
  in.options[0].time_factor = 1.4;
  ASSERT_TRUE(payoffs(in, found));
  EXPECT_FALSE(found[0].served);
  EXPECT_EQ(found[0].net_worth, -found[0].once) << "its work is lost";
}

// What fits one of the largest instances is no absurd fleet, however few GPUs the medians take.
TEST(Payoff, RentsOneInstanceAtTheCeiling) {
  Asked asked = at_the_edge_of_both(1);
  Inputs in = median_inputs(asked.c);
  in.baseline.time_factor = 1.2;  // eight GPUs where the medians take one
  EXPECT_TRUE(asked.payoffs.baseline_serves(in));
}

TEST(Payoff, CostsWithoutABaseline) {
  Asked asked(busy_case());
  const Inputs in = median_inputs(asked.c);
  const double cost = asked.payoffs.cost_of_serving(in, 0).value();
  const auto plan = plan_fleet(asked.c, asked.basis, in, 0);
  const double month = plan->gpus() * 3.6 * (one_month / one_hour);
  EXPECT_GT(cost, 10 * month * 0.9) << "a year less the delay, some of it discounted";
  EXPECT_LT(cost, 12 * month + 10'000);
}

TEST(Payoff, PricesErrors) {
  Asked free(busy_case());
  cases::Case c = busy_case();
  c.quality.dollars_per_error = 0.01;
  c.money.discount_rate = 0;
  Asked priced(c);
  const double errors = priced.payoffs.project(median_inputs(c), 0)->errors_per_month;
  EXPECT_NEAR(errors, 500 * one_month.value() * 0.001 * 0.01, 1e-6);
  EXPECT_EQ(free.payoffs.project(median_inputs(free.c), 0)->errors_per_month, 0);
}

TEST(Payoff, CountsEveryCost) {
  Asked without(busy_case());
  cases::Case c = busy_case();
  c.money.hidden_costs = {{"complexity", exactly(3), exactly(50), exactly(2), exactly(7)}};
  c.money.evaluation_dollars = exactly(30);
  c.money.monitoring_hours_per_month = exactly(4);
  c.money.refresh_hours = exactly(5);
  c.options[0].quantization_hours = exactly(6);
  c.options[0].quantization_gpu_hours = exactly(10);
  Asked with(c);
  const auto before = without.payoffs.project(median_inputs(without.c), 0).value();
  const auto after = with.payoffs.project(median_inputs(c), 0).value();
  EXPECT_NEAR(after.once - before.once, 3 * 100 + 50 + 30 + 6 * 100 + 10 * 3.6, 1e-9);
  EXPECT_NEAR(after.running_per_month - before.running_per_month, 2 * 100 + 7 + 4 * 100, 1e-9);
  EXPECT_NEAR(after.refresh, (5 + 6) * 100 + 30 + 10 * 3.6, 1e-9);
}

// Hidden costs are those of answers that may differ: a replica of another size has none.
TEST(Payoff, PaysNoHiddenCostsWhereAnswersStay) {
  cases::Case c = busy_case();
  c.money.hidden_costs = {{"complexity", exactly(3), exactly(50), exactly(2), exactly(7)}};
  c.options.push_back(c.baseline);
  c.options[1].gpus_per_replica = 2;
  c.options[1].quality_loss = c.options[1].quantization_hours = exactly(0);
  Asked asked(c);
  const Inputs in = median_inputs(c);
  EXPECT_NEAR(project_cost(in, in.options[0]) - project_cost(in, in.options[1]), 3 * 100 + 50, 1e-9);
  EXPECT_NEAR(asked.payoffs.project(in, 0)->running_per_month, 2 * 100 + 7, 1e-9);
  EXPECT_EQ(asked.payoffs.project(in, 1)->running_per_month, 0);
  EXPECT_EQ(hidden_lines(c, in, in.options[0]).size(), 1U);
  EXPECT_TRUE(hidden_lines(c, in, in.options[1]).empty());
}

// An interval that starts at nothing draws nothing below it: no cost earns money.
TEST(Payoff, DrawsNoNegativeHours) {
  cases::Case c = busy_case();
  const Estimate none = exactly(0), hours = {2, 0, 40, Provenance::prior, "test", ""};
  c.money.hidden_costs = {{"complexity", hours, none, hours, none}};
  const Uncertainty uncertainty = uncertainty_of(c);
  double least = 1, most = 0;
  Draws(uncertainty, 4096, 1).for_each([&](const Inputs& in, std::size_t) {
    least = std::min({least, in.hidden[0].hours, in.hidden_per_month});
    most = std::max(most, in.hidden[0].hours);
  });
  EXPECT_EQ(least, 0);
  EXPECT_GT(most, 40);
}

// An option that is the baseline again saves nothing, in every draw.
TEST(Payoff, OfTheBaselineItselfIsNothing) {
  cases::Case c = busy_case();
  c.workload.requests_per_second = {500, 300, 800, Provenance::stated, "test", ""};
  c.options[0] = c.baseline;
  c.options[0].quality_loss = c.options[0].quantization_hours = exactly(0);
  Asked asked(c);
  const Uncertainty uncertainty = uncertainty_of(c);
  const Draws draws(uncertainty, 100, 3);
  std::vector<Payoff> found(1);
  draws.for_each([&](const Inputs& in, std::size_t) {
    ASSERT_TRUE(asked.payoffs(in, found));
    EXPECT_EQ(found[0].gpus_saved, 0);
    EXPECT_EQ(found[0].dollars_saved_per_month, 0);
    EXPECT_DOUBLE_EQ(found[0].speedup, 1);
  });
}

TEST(Payoff, SavesNothingWhereAsManyGpusStay) {
  Asked asked(busy_case());
  Inputs in = median_inputs(asked.c);
  for (const double load : {1.0, 5.0, 20.0, 100.0, 500.0, 2000.0}) {
    in.requests_per_second = load;
    const Payoff payoff = asked.with(in);
    EXPECT_EQ(payoff.gpus_saved > 0, payoff.dollars_saved_per_month > 0) << load;
  }
}

// Whole GPUs make steps, so it is the trend that rises: fleets never shrink as the load grows, and over ten
// times the load the saving has grown.
TEST(Payoff, IsMonotoneInTheLoad) {
  Asked asked(busy_case());
  Inputs in = median_inputs(asked.c);
  int before = 0;
  double saved = 0;
  for (double load = 1; load < 5000; load *= 1.07) {
    in.requests_per_second = load;
    const auto plan = plan_fleet(asked.c, asked.basis, in, 0);
    EXPECT_GE(plan->gpus(), before) << load;
    before = plan->gpus();
  }
  for (const double load : {5.0, 50.0, 500.0, 5000.0}) {
    in.requests_per_second = load;
    EXPECT_GE(asked.with(in).dollars_saved_per_month, saved);
    saved = asked.with(in).dollars_saved_per_month;
  }
}

TEST(Payoff, GrowthBringsSavingsThatTodaysLoadDoesNot) {
  cases::Case c = busy_case();
  c.workload.requests_per_second = exactly(1);
  Asked steady(c);
  EXPECT_EQ(steady.median().mean_gpus_saved, 0);
  c.workload.growth_per_year = exactly(50);
  Asked growing(c);
  EXPECT_EQ(growing.median().gpus_saved, 0) << "today";
  EXPECT_GT(growing.median().mean_gpus_saved, 0) << "over the horizon";
  EXPECT_GT(growing.median().net_worth, steady.median().net_worth);
}

TEST(Payoff, LongerAnswersEatTheSaving) {
  cases::Case c = busy_case();
  Asked same(c);
  c.options[0].token_inflation = exactly(1.5);
  Asked longer(c);
  EXPECT_LT(longer.median().speedup, same.median().speedup);
  EXPECT_LT(longer.median().net_worth, same.median().net_worth);
}

// The fleet's bill, whatever the lengths, the memory and the load: longer answers are never cheaper.
TEST(Payoff, MoreInflationNeverLowersCost) {
  for (const double usable_gb : {30.0, 40.0, 80.0}) {
    for (const double prompt : {100.0, 1000.0, 6000.0}) {
      cases::Case c = busy_case();
      c.hardware.device.usable_memory = Bytes(usable_gb * 1e9);
      c.workload.prompt_tokens = {prompt, 3 * prompt};
      c.options[0].token_inflation = {1, 0.5, 3, Provenance::prior, "test", ""};
      Asked asked(c);
      for (const double load : {3.0, 40.0, 500.0}) {
        Inputs in = median_inputs(c);
        in.requests_per_second = load;
        double before = std::numeric_limits<double>::infinity();
        for (double inflation = 0.2; inflation < 9; inflation *= 1.1) {
          in.options[0].token_inflation = inflation;
          const auto payoff = asked.payoffs.one(in, 0);
          if (!payoff) break;  // too long to be served at all
          EXPECT_LE(payoff->dollars_saved_per_month, before) << inflation << " at " << load;
          EXPECT_GE(payoff->speedup, 0);
          before = payoff->dollars_saved_per_month;
        }
      }
    }
  }
}

TEST(Payoff, CommittedGpusSaveNothingUntilTheirTermEnds) {
  cases::Case c = busy_case();
  Asked rented(c);
  c.hardware.tenure = cases::Tenure::reserved;
  c.hardware.reserved_price_per_gpu_hour = exactly(3.6);
  c.hardware.committed_months = 24;
  Asked committed(c);
  EXPECT_GT(rented.median().net_worth, 0);
  EXPECT_LE(committed.median().net_worth, 0);
  EXPECT_NEAR(committed.median().dollars_saved_per_month, rented.median().dollars_saved_per_month, 1e-6);
}

TEST(Payoff, AnApiCostsItsTokens) {
  cases::Case c = busy_case();
  c.options[0] = c.baseline;
  c.options[0].api = cases::ApiPrice{exactly(0.1), exactly(0.4)};
  Asked asked(c);
  const double requests = 500 * one_month.value();
  const double api = requests * (1000 * 0.1 + 200 * 0.4) / 1e6;
  const auto today = plan_fleet(c, asked.basis, median_inputs(c), baseline_index);
  const double rent = today->use.mean_gpus * 3.6 * (one_month / one_hour);
  EXPECT_NEAR(asked.median().dollars_saved_per_month, rent - api, 1e-6 * rent);
}

TEST(Payoff, AnotherDeviceIsPaidAtItsOwnPrice) {
  cases::Case c = busy_case();
  cases::Hardware there = c.hardware;
  there.device.id = "other";
  there.device.name = "Other";
  there.price_per_gpu_hour = exactly(1.8);
  c.options[0] = c.baseline;
  c.options[0].hardware = std::make_shared<const cases::Hardware>(there);
  Asked asked(c);
  const auto today = plan_fleet(c, asked.basis, median_inputs(c), baseline_index);
  EXPECT_EQ(asked.median().gpus_saved, 0);
  EXPECT_NEAR(asked.median().dollars_saved_per_month, today->use.mean_gpus * 1.8 * (one_month / one_hour),
              1e-6);
}

}  // namespace
}  // namespace bitworth::decision
