#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "bitworth/serving/capacity_search.hpp"
#include "bitworth/serving/prefix_cache.hpp"
#include "bitworth/serving/simulate.hpp"
#include "tests/support/poisson_trace.hpp"

namespace bitworth::serving {
namespace {

using tests::poisson;

constexpr Nanoseconds ms = 1'000'000;

// 10 ms a step and 1 ms a prefilled token: times a person can add up.
StepCost simple_cost(const BatchShape& s) {
  return {Seconds(0.010 + 0.001 * s.prefill_tokens), Seconds(0.010)};
}

SimulationSettings simple_settings(std::int64_t blocks, int block_tokens = 4) {
  SimulationSettings settings;
  settings.engine = {
      .token_budget = 16, .max_num_seqs = 4, .kv_blocks = blocks, .block_tokens = block_tokens};
  settings.keep_requests = true;
  return settings;
}

Simulation run(const workload::Trace& trace, const SimulationSettings& settings) {
  const StepTable table(simple_cost, settings.engine.max_num_seqs, settings.engine.token_budget);
  Simulation result = simulate(trace, table, settings);
  std::ranges::sort(result.requests, {}, &RequestRecord::request);
  return result;
}

TEST(Simulate, AloneARequestTakesItsPrefillAndItsDecodes) {
  workload::Trace trace;
  trace.add({5 * ms, 8, 3});
  const Simulation result = run(trace, simple_settings(100));
  // Times count from the first arrival. One step prefills 8 tokens and gives the first, two more decode.
  EXPECT_EQ(result.requests[0].arrival, 0);
  EXPECT_EQ(result.requests[0].first_token, 18 * ms);
  EXPECT_EQ(result.requests[0].last_token, 38 * ms);
  EXPECT_EQ(result.totals.steps, 3);
  EXPECT_NEAR(result.memory_bound_fraction, 30.0 / 38, 1e-9);
}

TEST(Simulate, LongPromptsArePrefilledInChunksUnderTheBudget) {
  workload::Trace trace;
  trace.add({0, 40, 1});
  const Simulation result = run(trace, simple_settings(100));
  EXPECT_EQ(result.totals.steps, 3);  // 16 + 16 + 8
  EXPECT_EQ(result.requests[0].last_token, (26 + 26 + 18) * ms);
  EXPECT_EQ(result.tpot.count, 0U);
}

TEST(Simulate, DecodesComeFirstAndTheNextPromptGetsTheRestOfTheBudget) {
  workload::Trace trace;
  trace.add({0, 4, 5});
  trace.add({1 * ms, 30, 2});
  const Simulation result = run(trace, simple_settings(100));
  // Step 1 [0, 14): prompt A. Steps 2, 3: a decode of A and 15 tokens of B. Then both decode; A ends with 5.
  EXPECT_EQ(result.requests[0].first_token, 14 * ms);
  EXPECT_EQ(result.requests[1].first_token, (14 + 25 + 25) * ms);
  EXPECT_EQ(result.requests[1].last_token, (14 + 25 + 25 + 10) * ms);
  EXPECT_EQ(result.requests[0].last_token, (14 + 25 + 25 + 10 + 10) * ms);
}

TEST(Simulate, AFullCachePreemptsTheYoungestWhichStartsOver) {
  workload::Trace trace;
  trace.add({0, 4, 6});
  trace.add({0, 4, 6});
  // Three blocks of four: both prompts fit; at the first decode each wants a second block, one is there.
  const Simulation result = run(trace, simple_settings(3));
  EXPECT_EQ(result.totals.preemptions, 1);
  EXPECT_EQ(result.requests[0].preemptions, 0);
  EXPECT_EQ(result.requests[1].preemptions, 1);
  EXPECT_EQ(result.totals.recomputed_tokens, 4);
  // [0, 18): both prompts, both first tokens. A then decodes alone to 68; of the 5 tokens of B (two blocks)
  // one is free while A holds two, so B waits for A's end, computes its 5 tokens in 15 ms, 4 more by 10 ms.
  EXPECT_EQ(result.requests[0].last_token, 68 * ms);
  EXPECT_EQ(result.requests[1].first_token, 18 * ms);
  EXPECT_EQ(result.requests[1].last_token, (68 + 15 + 40) * ms);
}

TEST(Simulate, NobodyJoinsInAStepThatPreempts) {
  workload::Trace trace;
  trace.add({0, 8, 8});
  trace.add({0, 7, 8});
  trace.add({1 * ms, 1, 1});
  // Four blocks hold both prompts. Step 2 wants a third block for A: B is thrown out. C, which would fit,
  // waits for B, which is before it in the queue.
  const Simulation result = run(trace, simple_settings(4));
  EXPECT_EQ(result.requests[1].preemptions, 1);
  EXPECT_GT(result.requests[2].first_token, result.requests[0].last_token);
}

TEST(Simulate, OneStepAheadWhoArrivesDuringAStepMissesTheNext) {
  workload::Trace trace;
  trace.add({0, 4, 5});
  trace.add({1 * ms, 4, 1});
  SimulationSettings settings = simple_settings(100);
  settings.engine.scheduling = Scheduling::one_step_ahead;
  // [0, 14) prefills A, [14, 24) was ready when B came, [24, 38) prefills B.
  EXPECT_EQ(run(trace, settings).requests[1].first_token, 38 * ms);
}

TEST(Simulate, ARequestThatCanNeverFitIsRejected) {
  workload::Trace trace;
  trace.add({0, 10, 4});  // caches 13 tokens: four blocks
  trace.add({0, 10, 3});
  const Simulation result = run(trace, simple_settings(3));
  EXPECT_EQ(result.totals.rejected, 1);
  EXPECT_EQ(result.totals.finished, 1);
}

TEST(Simulate, PrefixCachingSkipsWhatAnotherRequestComputed) {
  workload::Trace trace;
  trace.prefix_block_tokens = 4;
  const std::uint64_t names[] = {1, 2, 3};
  trace.add({0, 12, 1}, names);
  trace.add({100 * ms, 12, 1}, names);  // all three known; the last is computed again, to sample from
  SimulationSettings settings = simple_settings(100);
  settings.engine.prefix_caching = true;
  const Simulation result = run(trace, settings);
  EXPECT_EQ(result.totals.reused_tokens, 8);
  EXPECT_EQ(result.requests[0].last_token, 22 * ms);
  EXPECT_EQ(result.requests[1].last_token, 114 * ms);
  EXPECT_EQ(result.totals.prefilled_tokens, 16);
}

TEST(Simulate, IdlePrefixesMakeRoom) {
  workload::Trace trace;
  trace.prefix_block_tokens = 4;
  const std::uint64_t first[] = {1, 2}, second[] = {3, 4};
  trace.add({0, 8, 1}, first);
  trace.add({100 * ms, 8, 1}, second);
  trace.add({200 * ms, 8, 1}, first);
  SimulationSettings settings = simple_settings(3);
  settings.engine.prefix_caching = true;
  const Simulation result = run(trace, settings);
  EXPECT_EQ(result.totals.finished, 3);
  // The second request evicts block 2, the later of the idle ones; the third still finds block 1.
  EXPECT_EQ(result.totals.reused_tokens, 4);
}

TEST(PrefixCache, MatchesBeginningsOnlyAndEvictsTheLongestIdle) {
  PrefixCache cache;
  for (const std::uint64_t name : {10, 11, 12}) EXPECT_TRUE(cache.insert(name));
  EXPECT_FALSE(cache.insert(10));
  const std::uint64_t all[] = {10, 11, 12}, other[] = {9, 11};
  EXPECT_EQ(cache.match(all, 10).held, 3);
  EXPECT_EQ(cache.match(all, 2).held, 2);
  EXPECT_EQ(cache.match(all, 10).idle, 0);
  EXPECT_EQ(cache.match(other, 10).held, 0);
  cache.release(all);
  EXPECT_EQ(cache.idle(), 3);
  cache.evict();
  EXPECT_EQ(cache.match(all, 10).held, 2);
}

// One server, 10 ms of service: the mean wait is rho s / (2 (1 - rho)).
TEST(Simulate, WaitsAsMD1Does) {
  for (const double load : {0.3, 0.6, 0.8}) {
    const workload::Trace trace = poisson(load / 0.010, 400'000, 7, 1, 1);
    SimulationSettings settings;
    settings.engine = {.token_budget = 1, .max_num_seqs = 1, .kv_blocks = 10};
    const StepTable table([](const BatchShape&) { return StepCost{Seconds(0.010), Seconds(0)}; }, 1, 1);
    const Simulation result = simulate(trace, table, settings);
    const double wait = result.ttft.mean.value - 0.010;
    const double expected = load * 0.010 / (2 * (1 - load));
    EXPECT_NEAR(wait, expected, 0.02 * expected) << load;
    ASSERT_TRUE(result.ttft.mean.interval);
    EXPECT_LT(result.ttft.mean.interval->low - 0.010, expected);
    EXPECT_GT(result.ttft.mean.interval->high - 0.010, expected);
  }
}

TEST(Simulate, LatencyGrowsWithLoadAndShrinksWithMemoryAndReplicas) {
  const StepTable table(simple_cost, 64, 256);
  const workload::Trace trace = poisson(2, 3000, 3, 60, 40);
  const auto e2e = [&](double stretch, std::int64_t blocks, int replicas) {
    SimulationSettings settings;
    settings.engine = {.token_budget = 256, .max_num_seqs = 64, .kv_blocks = blocks};
    settings.arrival_stretch = stretch;
    settings.replicas = replicas;
    settings.router = Router::least_loaded;
    return simulate(trace, table, settings).e2e.mean.value;
  };
  EXPECT_LT(e2e(1, 200, 1), e2e(0.5, 200, 1));
  EXPECT_LT(e2e(0.5, 200, 1), e2e(0.2, 200, 1));
  EXPECT_LT(e2e(0.2, 200, 1), e2e(0.2, 30, 1));
  EXPECT_LT(e2e(0.2, 30, 2), e2e(0.2, 30, 1));
}

TEST(Simulate, ArrivalsCenturiesApartOverflowNothing) {
  const workload::Trace trace = poisson(2, 300, 3, 60, 40);
  SimulationSettings settings = simple_settings(60, 16);
  settings.engine.token_budget = 64;
  settings.arrival_stretch = 1e15;
  const Simulation apart = run(trace, settings);
  EXPECT_EQ(apart.totals.finished, 300);
  EXPECT_GT(apart.duration.value(), 1e8);
  EXPECT_LE(apart.mean_running, 1);
}

TEST(Simulate, TheSameInputsGiveTheSameAnswer) {
  const workload::Trace trace = poisson(20, 2000, 5, 50, 30);
  SimulationSettings settings = simple_settings(60, 16);
  settings.engine.token_budget = 64;
  settings.replicas = 3;
  settings.router = Router::least_loaded;
  const Simulation a = run(trace, settings), b = run(trace, settings);
  EXPECT_EQ(a.requests, b.requests);
  EXPECT_EQ(a.e2e.mean.value, b.e2e.mean.value);
  EXPECT_EQ(a.totals.memory_bound, b.totals.memory_bound);
}

TEST(Simulate, InLockstepEveryReplicaWaitsForTheSlowest) {
  workload::Trace trace;
  trace.add({0, 4, 2});   // alone 14 + 10 ms
  trace.add({0, 16, 2});  // alone 26 + 10 ms
  SimulationSettings settings = simple_settings(100);
  settings.replicas = 2;
  const StepTable table(simple_cost, 4, 16);
  const auto nothing = [](std::span<const std::int32_t>) { return StepCost(); };
  const Simulation result = simulate_in_lockstep(trace, table, nothing, settings);
  for (const RequestRecord& r : result.requests) EXPECT_EQ(r.last_token, 36 * ms);
}

TEST(Simulate, InLockstepWhatIsSharedComesOnTop) {
  workload::Trace trace;
  trace.add({0, 4, 3});   // alone 14 + 10 + 10 ms
  trace.add({0, 16, 2});  // alone 26 + 10 ms
  SimulationSettings settings = simple_settings(100);
  settings.replicas = 2;
  const StepTable table(simple_cost, 4, 16);
  std::vector<std::vector<std::int32_t>> asked;
  const auto shared = [&](std::span<const std::int32_t> tokens) {
    asked.emplace_back(tokens.begin(), tokens.end());
    return StepCost{Seconds(1e-3 * (tokens[0] + tokens[1])), Seconds(0)};
  };
  const Simulation result = simulate_in_lockstep(trace, table, shared, settings);
  // The second replica is done after two steps and takes part in the third with one token.
  EXPECT_EQ(asked, (std::vector<std::vector<std::int32_t>>{{4, 16}, {1, 1}, {1, 1}}));
  EXPECT_EQ(result.requests.back().last_token, (26 + 20 + 10 + 2 + 10 + 2) * ms);
}

TEST(StepTable, FollowsTheFunctionBetweenItsPoints) {
  const auto cost = [](const BatchShape& s) {
    const double memory = 5e-3 + 3e-9 * static_cast<double>(s.decode_context_sum);
    return StepCost{Seconds(std::max(memory, 2e-5 * s.tokens()) + 1e-6 * s.sampled_rows +
                            2e-10 * static_cast<double>(s.prefill_context_sum)),
                    Seconds(memory)};
  };
  // Decode attention is added to what the tokens take; here both are behind one max, so only pure batches
  // fit.
  const StepTable table(cost, 256, 2048);
  for (const int sequences : {1, 7, 33, 100, 256}) {
    for (const std::int64_t context : {1, 100, 5000, 100'000}) {
      const BatchShape shape{sequences, context * sequences, 0, 0, sequences};
      EXPECT_NEAR(table.cost(shape).time, cost(shape).time.value() * 1e9, 1e-6 * table.cost(shape).time);
    }
  }
  const BatchShape prefill{0, 0, 700, 700 * 3000, 1};
  EXPECT_NEAR(table.cost(prefill).time, cost(prefill).time.value() * 1e9, 1e-6 * table.cost(prefill).time);
}

// Its last line goes on.
TEST(StepTable, MayEndAtALongestContext) {
  const auto cost = [](const BatchShape& s) {
    return StepCost{Seconds(1e-3 + 1e-6 * s.tokens() + 1e-9 * static_cast<double>(s.decode_context_sum)),
                    Seconds(5e-4)};
  };
  const StepTable whole(cost, 64, 256), shorter(cost, 64, 256, {.longest_context = 5'000});
  for (const std::int64_t context : {0, 1, 100, 4'999, 5'001, 100'000}) {
    const BatchShape shape{32, 32 * context, 0, 0, 32};
    EXPECT_NEAR(shorter.cost(shape).time / whole.cost(shape).time, 1, 1e-9) << context;
    const BatchShape mixed{32, 32 * context, 100, 100 * context, 33};
    EXPECT_NEAR(shorter.cost(mixed).time / whole.cost(mixed).time, 1, 1e-9) << context;
  }
}

TEST(LogHistogram, QuantilesAreWithinTheStatedError) {
  LogHistogram histogram;
  for (Nanoseconds i = 1; i <= 100'000; ++i) histogram.add(static_cast<std::size_t>(i % 16), i * 1000);
  for (const double p : {0.01, 0.5, 0.9, 0.99}) {
    const double exact = (p * 99'999 + 1) * 1e-6;
    EXPECT_NEAR(*histogram.quantile(p), exact, LogHistogram::relative_error * exact + 1e-6);
  }
  EXPECT_NEAR(histogram.distribution().mean.value, 0.0500005, 1e-9);
  EXPECT_FALSE(LogHistogram().quantile(0.5));
}

TEST(LogHistogram, OfOneBatchTellsTheSameQuantilesWithoutIntervals) {
  LogHistogram all, one(1);
  for (Nanoseconds i = 1; i <= 3000; ++i) {
    all.add(static_cast<std::size_t>(i % 16), i * i * 1'000);
    one.add(0, i * i * 1'000);
  }
  for (const double p : {0.0, 0.1, 0.5, 0.99, 1.0}) EXPECT_EQ(one.quantile(p), all.quantile(p)) << p;
  EXPECT_TRUE(all.distribution().p99.interval);
  EXPECT_FALSE(one.distribution().p99.interval);
}

TEST(LogHistogram, MergesSamplesThatLieFarApart) {
  LogHistogram all, slow, fast;
  for (Nanoseconds i = 1; i <= 1000; ++i) {
    const auto batch = static_cast<std::size_t>(i % 16);
    for (LogHistogram* each : {&all, &slow}) each->add(batch, i * 1'000'000'000);
    for (LogHistogram* each : {&all, &fast}) each->add(batch, i * 1'000);
  }
  slow.merge(LogHistogram());
  slow.merge(fast);
  for (const double p : {0.0, 0.1, 0.5, 0.9, 1.0}) EXPECT_EQ(slow.quantile(p), all.quantile(p)) << p;
  EXPECT_EQ(slow.distribution().p99.interval->low, all.distribution().p99.interval->low);
  EXPECT_EQ(slow.distribution().count, 2000U);
}

// M/D/1 again: the mean is no percentile, but a rate between a light and an overloaded server must come out.
TEST(CapacitySearch, FindsTheRateToItsPrecisionWithTheSameRequests) {
  const workload::Trace trace = poisson(50, 20'000, 11, 1, 1);
  const StepTable table([](const BatchShape&) { return StepCost{Seconds(0.010), Seconds(0)}; }, 1, 1);
  CapacitySearch search;
  search.settings.engine = {.token_budget = 1, .max_num_seqs = 1, .kv_blocks = 10};
  search.requirements = {{Requirement::Measure::ttft, 0.9, Seconds(0.050)}};
  search.first_guess = PerSecond(3);
  const ServingCapacity found = search_capacity(trace, table, search);
  EXPECT_LE(found.lowest_missed / found.highest_met, 1.01);
  EXPECT_GT(found.highest_met.value(), 50);
  EXPECT_LT(found.lowest_missed.value(), 100);
  search.first_guess = PerSecond(1000);
  const ServingCapacity from_above = search_capacity(trace, table, search);
  EXPECT_NEAR(from_above.highest_met / found.highest_met, 1, 0.011);
  search.requirements[0].limit = Seconds(0.001);  // below the service time
  EXPECT_EQ(search_capacity(trace, table, search).highest_met.value(), 0);
}

TEST(Simulate, IsGivenUpOnceTooManyRequestsMiss) {
  const workload::Trace trace = poisson(60, 2'000, 3, 8, 6);
  SimulationSettings settings = simple_settings(100);
  settings.service_level.ttft = Seconds(0.2);
  const Simulation whole = run(trace, settings);
  const auto late = std::ranges::count_if(whole.requests, [](const RequestRecord& request) {
    return request.first_token - request.arrival > 200 * ms;
  });
  EXPECT_EQ(whole.totals.missed_ttft, late);
  ASSERT_GT(late, 100);
  settings.most_misses = late;
  const Simulation enough = run(trace, settings);
  EXPECT_FALSE(enough.given_up);
  EXPECT_EQ(enough.requests, whole.requests);
  settings.most_misses = 40;
  const Simulation given_up = run(trace, settings);
  EXPECT_TRUE(given_up.given_up);
  EXPECT_GT(given_up.totals.missed_ttft, 40);
  EXPECT_LT(given_up.totals.finished, whole.totals.finished / 2);
  settings.replicas = 2;
  settings.service_level = {std::nullopt, Seconds(1e-3), std::nullopt};
  EXPECT_TRUE(run(trace, settings).given_up) << "for slow tokens";
}

TEST(Simulate, AnEmptyTraceIsNoTrouble) {
  const Simulation result = run({}, simple_settings(3));
  EXPECT_EQ(result.totals.steps, 0);
  EXPECT_EQ(result.ttft.count, 0U);
}

}  // namespace
}  // namespace bitworth::serving
