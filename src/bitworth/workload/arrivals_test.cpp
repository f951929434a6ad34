#include "bitworth/workload/arrivals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace bitworth::workload {
namespace {

LengthSampler some_lengths(double correlation) {
  const QuantileTable prompt({{0, 10}, {0.5, 1000}, {0.95, 4000}, {1, 14000}});
  const QuantileTable output({{0, 1}, {0.5, 130}, {0.95, 450}, {1, 1000}});
  return {prompt, output, correlation};
}

TEST(QuantileTable, GivesBackItsPoints) {
  const QuantileTable table({{0, 10}, {0.5, 100}, {1, 1000}});
  EXPECT_DOUBLE_EQ(table.quantile(0.5), 100);
  EXPECT_NEAR(table.quantile(0.25), std::sqrt(10 * 100), 1e-9);
  EXPECT_NEAR(table.mean(), 0.5 * 90 / std::log(10) + 0.5 * 900 / std::log(10), 1e-9);
}

TEST(LengthSampler, KeepsBothDistributionsAndTheirCorrelation) {
  for (const double wanted : {-0.6, 0.0, 0.4, 1.0}) {
    Rng rng(5);
    const LengthSampler sampler = some_lengths(wanted);
    std::vector<std::int32_t> prompts, outputs;
    for (int i = 0; i < 40'000; ++i) {
      const auto drawn = sampler(rng);
      prompts.push_back(drawn.prompt_tokens);
      outputs.push_back(drawn.output_tokens);
    }
    EXPECT_NEAR(rank_correlation(prompts, outputs), wanted, 0.015);
    std::ranges::sort(prompts);
    std::ranges::sort(outputs);
    EXPECT_NEAR(prompts[20'000], 1000, 30);
    EXPECT_NEAR(outputs[38'000], 450, 10);
  }
}

TEST(Generate, GapsHaveTheRateAndTheCoefficientOfVariation) {
  for (const double cv : {0.5, 1.0, 3.0}) {
    const Trace trace = generate({PerSecond(20), cv, {}, {}}, some_lengths(0), 200'000, 1);
    double squares = 0, sum = 0;
    for (std::size_t i = 1; i < trace.size(); ++i) {
      const double gap = static_cast<double>(trace.arrival(i) - trace.arrival(i - 1)) * 1e-9;
      sum += gap;
      squares += gap * gap;
    }
    const double n = static_cast<double>(trace.size() - 1), mean = sum / n;
    EXPECT_NEAR(mean, 0.05, 0.05 * 0.05) << cv;
    EXPECT_NEAR(std::sqrt(squares / n - mean * mean) / mean, cv, 0.05 * cv);
  }
}

TEST(Generate, FollowsTheWeek) {
  const WeeklyLoad week = office_week(0.1, 0.3);
  double sum = 0;
  for (const double hour : week) sum += hour;
  EXPECT_NEAR(sum / 168, 1, 1e-12);
  const Trace trace = generate({PerSecond(0.5), 1, week, {}}, some_lengths(0), 302'400, 2);
  std::vector<double> by_hour(170);
  for (std::size_t i = 0; i < trace.size(); ++i)
    by_hour[std::min<std::size_t>(static_cast<std::size_t>(trace.arrival(i) / 3'600'000'000'000), 169)] += 1;
  EXPECT_NEAR(by_hour[14] / 1800, week[14], 0.1);
  EXPECT_NEAR(by_hour[24 + 4] / 1800, week[28], 0.05);
  EXPECT_NEAR(by_hour[6 * 24 + 14] / 1800, week[6 * 24 + 14], 0.1);
}

TEST(Generate, SharesBeginnings) {
  const Trace trace = generate({PerSecond(1), 1, {}, PrefixSharing{1, 64, 1}}, some_lengths(0), 100, 3);
  ASSERT_TRUE(trace.has_prefixes());
  for (std::size_t i = 1; i < trace.size(); ++i) {
    const auto a = trace.prefix(0), b = trace.prefix(i);
    EXPECT_EQ(b.size(), static_cast<std::size_t>(trace.prompt_tokens(i) / 16));
    for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) EXPECT_EQ(a[k] == b[k], k < 4) << i;
  }
}

TEST(Generate, OneSeedOneTrace) {
  const ArrivalProcess process{PerSecond(3), 2, {}, {}};
  const Trace a = generate(process, some_lengths(0.2), 500, 9),
              b = generate(process, some_lengths(0.2), 500, 9);
  const Trace other = generate(process, some_lengths(-0.2), 500, 9);
  bool same_lengths = true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i], b[i]);
    EXPECT_EQ(a.arrival(i), other.arrival(i));
    same_lengths = same_lengths && a[i] == other[i];
  }
  EXPECT_FALSE(same_lengths);
}

TEST(Trace, SortsKeepingTiesAndPrefixes) {
  Trace trace;
  const std::uint64_t names[] = {7, 8};
  trace.add({5, 1, 1});
  trace.add({3, 2, 1}, names);
  trace.add({3, 3, 1});
  trace.sort_by_arrival();
  trace.start_at_zero();
  EXPECT_EQ(trace[0], (Request{0, 2, 1}));
  EXPECT_EQ(trace[1], (Request{0, 3, 1}));
  EXPECT_EQ(trace[2], (Request{2, 1, 1}));
  EXPECT_EQ(trace.prefix(0).size(), 2U);
  EXPECT_TRUE(trace.prefix(1).empty());
}

}  // namespace
}  // namespace bitworth::workload
