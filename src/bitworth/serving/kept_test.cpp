// What a simulation keeps changes what it tells, not what happens.
#include <gtest/gtest.h>

#include "bitworth/serving/simulate.hpp"
#include "tests/support/poisson_trace.hpp"

namespace bitworth::serving {
namespace {

// Steps grow with what is cached, by whole nanoseconds.
StepCost growing_cost(const BatchShape& s) {
  const double context = 1e-6 * static_cast<double>(s.decode_context_sum);
  return {Seconds(0.005 + context + 1e-4 * s.tokens()), Seconds(0.004 + context)};
}

// And by parts of them.
StepCost uneven_cost(const BatchShape& s) {
  const double context = 1.2345678e-7 * static_cast<double>(s.decode_context_sum);
  return {Seconds(0.00523456781 + context + 1.3e-5 * s.tokens()), Seconds(0.004 + context)};
}

struct Ways {
  Simulation all, operation, service_level;
};

// A cache in which sequences are thrown out, and one in which none are.
constexpr std::int64_t tight_cache = 45, roomy_cache = 5'000;

Ways three_ways(const StepFunction& cost, std::int64_t blocks) {
  const workload::Trace trace = tests::poisson(5, 3'000, 5, 20, 70);
  SimulationSettings settings;
  settings.engine = {.token_budget = 16, .max_num_seqs = 4, .kv_blocks = blocks, .block_tokens = 4};
  settings.keep_requests = true;
  settings.service_level.ttft = Seconds(0.5);
  const StepTable table(cost, settings.engine.max_num_seqs, settings.engine.token_budget);
  const auto keeping = [&](Kept kept) {
    settings.kept = kept;
    return simulate(trace, table, settings);
  };
  return {keeping(Kept::everything), keeping(Kept::operation), keeping(Kept::service_level)};
}

// What a search asks is the same to the last bit where steps take whole nanoseconds.
TEST(Kept, ManyStepsAtOnceAreThoseSteps) {
  for (const std::int64_t blocks : {tight_cache, roomy_cache}) {
    const auto [all, operation, service_level] = three_ways(growing_cost, blocks);
    EXPECT_EQ(all.totals.preemptions > 0, blocks == tight_cache);
    for (const Simulation* few : {&operation, &service_level}) {
      EXPECT_EQ(few->requests, all.requests);
      for (const double p : {0.5, 0.9, 0.99}) {
        EXPECT_EQ(few->histograms.ttft.quantile(p), all.histograms.ttft.quantile(p)) << p;
        EXPECT_EQ(few->histograms.tpot.quantile(p), all.histograms.tpot.quantile(p)) << p;
        EXPECT_EQ(few->histograms.e2e.quantile(p), all.histograms.e2e.quantile(p)) << p;
      }
      EXPECT_EQ(few->totals.rejected, all.totals.rejected);
      EXPECT_EQ(few->totals.preemptions, all.totals.preemptions);
      EXPECT_EQ(few->totals.good, all.totals.good);
    }
    EXPECT_EQ(service_level.totals.steps, 0);
  }
}

TEST(Kept, ManyStepsAtOnceAreRoundedTogether) {
  for (const std::int64_t blocks : {tight_cache, roomy_cache}) {
    const auto [all, operation, service_level] = three_ways(uneven_cost, blocks);
    EXPECT_EQ(operation.requests, service_level.requests);
    ASSERT_EQ(operation.requests.size(), all.requests.size());
    const auto nanosecond_a_step = static_cast<double>(all.totals.steps);
    for (std::size_t i = 0; i < all.requests.size(); ++i) {
      EXPECT_EQ(operation.requests[i].request, all.requests[i].request);
      EXPECT_NEAR(static_cast<double>(operation.requests[i].last_token - all.requests[i].last_token), 0,
                  nanosecond_a_step);
    }
  }
}

TEST(Kept, OnlyTheOperationIsWithoutIntervalsGapsCacheAndStretches) {
  const auto [all, few, service_level] = three_ways(growing_cost, roomy_cache);
  for (const auto& [kept, whole] :
       {std::pair(few.ttft, all.ttft), std::pair(few.tpot, all.tpot), std::pair(few.e2e, all.e2e)}) {
    EXPECT_EQ(kept.count, whole.count);
    EXPECT_EQ(kept.mean.value, whole.mean.value);
    EXPECT_EQ(kept.p50.value, whole.p50.value);
    EXPECT_EQ(kept.p99.value, whole.p99.value);
    EXPECT_TRUE(whole.p99.interval);
    EXPECT_FALSE(kept.p99.interval);
  }
  EXPECT_EQ(few.totals.steps, all.totals.steps);
  EXPECT_EQ(few.totals.busy, all.totals.busy);
  EXPECT_EQ(few.totals.peak_running, all.totals.peak_running);
  EXPECT_EQ(few.duration, all.duration);
  EXPECT_EQ(few.busy_share, all.busy_share);
  EXPECT_NEAR(few.memory_bound_fraction, all.memory_bound_fraction, 1e-9);
  EXPECT_NEAR(few.mean_running, all.mean_running, 1e-9);
  EXPECT_EQ(few.totals.peak_blocks, 0);
  EXPECT_EQ(few.itl.count, 0);
  EXPECT_TRUE(few.over_time.empty());
}

}  // namespace
}  // namespace bitworth::serving
