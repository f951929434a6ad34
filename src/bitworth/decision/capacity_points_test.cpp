#include "bitworth/decision/capacity_points.hpp"

#include <gtest/gtest.h>

#include "bitworth/decision/traffic_sample.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

constexpr ReplicaShape shape{1, 64, 2048};

// An SLO that either measure may miss.
cases::Case served_case() {
  cases::Case c = tests::ideal_case();
  c.workload.prompt_tokens = {500, 2000};
  c.workload.output_tokens = {100, 300};
  c.workload.slo = {Seconds(0.5), Seconds(0.02)};
  return c;
}

struct Served {
  cases::Case c = served_case();
  SimulatedReplica replica{c, c.baseline, shape};
  workload::Trace sample = sample_traffic(c, 1500, 1, 1).front();

  CapacityPoints points() const { return {c, replica, sample, shape}; }
};

// What a run that is given up says is what the whole run says; a run that is not tells as much.
TEST(CapacityPoints, TooLittleSlackIsTooLittleInTheWholeRun) {
  const Served served;
  constexpr double bin = 1.005;  // of the histogram that percentiles are read from
  int given_up = 0, run_whole = 0;
  for (const double enough : {0.5, 1.0, 1.5}) {
    CapacityPoints points = served.points(), whole = served.points();
    for (double rate = 1; rate < 100; rate *= 1.1) {
      const Slack told = points.slack_at(rate, enough), found = whole.slack_at(rate);
      ASSERT_FALSE(found.at_most);
      if (told.at_most) {
        ++given_up;
        EXPECT_EQ(told.factor, enough);
        EXPECT_LT(found.factor, enough * bin) << rate;
      } else {
        ++run_whole;
        EXPECT_EQ(told.factor, found.factor) << rate;
      }
      if (found.factor < enough / bin) {
        EXPECT_LE(told.factor, enough) << rate;
      }
    }
  }
  EXPECT_GT(given_up, 20);
  EXPECT_GT(run_whole, 20);
}

TEST(CapacityPoints, WhatWasGivenUpIsRunAgainForWhoeverAsksMore) {
  const Served served;
  CapacityPoints points = served.points();
  constexpr double overload = 80;
  const Slack first = points.slack_at(overload, 1);
  ASSERT_TRUE(first.at_most);
  EXPECT_TRUE(points.slack_at(overload, 1).at_most);
  const Slack whole = points.slack_at(overload);
  EXPECT_FALSE(whole.at_most);
  EXPECT_LT(whole.factor, 0.9);
  EXPECT_EQ(points.slack_at(overload, 1).factor, whole.factor);
  EXPECT_EQ(points.simulations(), 1);
}

TEST(CapacityPoints, SaysWhichMeasureWasGivenUp) {
  Served served;
  for (const auto& [slo, measure] :
       {std::pair(workload::Slo{Seconds(1e-4), Seconds(10)}, serving::Requirement::Measure::ttft),
        std::pair(workload::Slo{Seconds(1e4), Seconds(1e-5)}, serving::Requirement::Measure::tpot)}) {
    served.c.workload.slo = slo;
    const Slack told = served.points().slack_at(10, 1);
    EXPECT_TRUE(told.at_most);
    EXPECT_EQ(told.tightest.measure, measure);
  }
}

}  // namespace
}  // namespace bitworth::decision
