#include "bitworth/workload/trace_of.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace bitworth::workload {
namespace {

constexpr Nanoseconds second = 1'000'000'000;

Workload chat() {
  Workload w;
  w.requests_per_second.value = 4;
  w.prompt_tokens = {1000, 4000};
  w.output_tokens = {100, 400};
  return w;
}

TEST(TraceOf, DrawsWhatTheWorkloadSays) {
  Workload w = chat();
  w.rank_correlation = 0.6;
  const Trace trace = trace_of(w, 20'000, 1);
  ASSERT_EQ(trace.size(), 20'000U);
  EXPECT_NEAR(trace.requests_per_second(), 4, 0.1);
  EXPECT_NEAR(rank_correlation(trace.all_prompt_tokens(), trace.all_output_tokens()), 0.6, 0.02);
  const double shares[] = {0, 0.5, 0.95, 1};
  EXPECT_NEAR(QuantileTable::of_sample(trace.all_prompt_tokens(), shares).quantile(0.5), 1000, 30);
  EXPECT_NEAR(QuantileTable::of_sample(trace.all_output_tokens(), shares).quantile(0.95), 400, 16);
  EXPECT_FALSE(trace.has_prefixes());
}

TEST(TraceOf, SharesBeginningsWhereTold) {
  Workload w = chat();
  w.prefix_sharing = PrefixSharing{.prefixes = 1, .prefix_tokens = 64, .share = 1};
  const Trace trace = trace_of(w, 2, 1);
  ASSERT_GE(trace.prefix(0).size(), 5U);
  ASSERT_GE(trace.prefix(1).size(), 5U);
  EXPECT_EQ(trace.prefix(0)[3], trace.prefix(1)[3]);
  EXPECT_NE(trace.prefix(0)[4], trace.prefix(1)[4]);
}

TEST(TraceOf, PlaysALogAtTheWorkloadsRate) {
  Workload w = chat();
  Trace log;
  log.prefix_block_tokens = 16;
  const std::uint64_t names[] = {7, 8};
  log.add({5 * second, 32, 3}, names);
  log.add({6 * second, 10, 4});
  log.add({9 * second, 20, 5});
  w.log = std::make_shared<const Trace>(log);
  const Trace trace = trace_of(w, 100, 1);  // 0.5 requests/s in the log, 4 asked for: 8 times as fast
  ASSERT_EQ(trace.size(), 3U);
  EXPECT_EQ(trace[0], (Request{0, 32, 3}));
  EXPECT_EQ(trace[1], (Request{second / 8, 10, 4}));
  EXPECT_EQ(trace[2], (Request{second / 2, 20, 5}));
  EXPECT_EQ(trace.prefix(0)[1], 8U);
  EXPECT_TRUE(trace.prefix(1).empty());
  EXPECT_EQ(trace.prefix_block_tokens, 16);
  EXPECT_EQ(trace_of(w, 2, 1).size(), 2U);
}

TEST(TraceOf, DrawsTheTimesOfALogWithoutAny) {
  Workload w = chat();
  Trace log;
  for (int i = 0; i < 4000; ++i) log.add({0, 10 + i, 3});
  w.log = std::make_shared<const Trace>(log);
  const Trace trace = trace_of(w, 4000, 1);
  EXPECT_NEAR(trace.requests_per_second(), 4, 0.2);
  EXPECT_EQ(trace.prompt_tokens(17), 27);
}

TEST(Lengths, TwoQuantilesMakeALognormal) {
  const QuantileTable::Point stated[] = {{0.5, 1000}, {0.95, 4000}};
  const LengthDistribution through = lengths_through(stated, 1e8), lognormal{1000, 4000};
  for (const double share : {0.05, 0.25, 0.5, 0.9, 0.95, 0.99})
    EXPECT_NEAR(through.quantile(share), lognormal.quantile(share), 1e-6 * lognormal.quantile(share));
}

TEST(Lengths, PassThroughEveryQuantileStated) {
  const QuantileTable::Point stated[] = {{0.25, 400}, {0.5, 1000}, {0.9, 1500}, {0.99, 9000}};
  const LengthDistribution lengths = lengths_through(stated, 10'000);
  for (const auto& [share, tokens] : stated) EXPECT_NEAR(lengths.quantile(share), tokens, 1e-6);
  EXPECT_DOUBLE_EQ(lengths.p50, lengths.quantile(0.5));
  EXPECT_DOUBLE_EQ(lengths.p95, lengths.quantile(0.95));
  EXPECT_DOUBLE_EQ(lengths.table->points().back().tokens, 10'000);
  EXPECT_GT(lengths.mean_of_squares(), lengths.mean() * lengths.mean());
}

// Uniform logarithm from 1 to e: mean e - 1, mean of squares (e^2 - 1) / 2.
TEST(Lengths, MeansOfATableAreExact) {
  const QuantileTable table({{0, 1}, {1, std::exp(1.0)}});
  EXPECT_NEAR(table.mean(), std::exp(1.0) - 1, 1e-12);
  EXPECT_NEAR(table.mean_of_squares(), (std::exp(2.0) - 1) / 2, 1e-12);
}

}  // namespace
}  // namespace bitworth::workload
