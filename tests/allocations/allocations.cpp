// A program of its own, for it replaces operator new to count: a step must not allocate, and what a
// simulation holds must not grow with the requests that are done.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include "bitworth/roofline/step.hpp"
#include "bitworth/serving/simulate.hpp"
#include "tests/support/ideal_case.hpp"

namespace {

std::atomic<long> allocations = 0, held_bytes = 0, most_bytes = 0;

void count_out(void* memory) {
  if (memory != nullptr) held_bytes -= static_cast<long>(malloc_usable_size(memory));
}

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) {
    held_bytes += static_cast<long>(malloc_usable_size(memory));
    most_bytes = std::max(most_bytes.load(), held_bytes.load());
    return memory;
  }
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  count_out(memory);
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  count_out(memory);
  std::free(memory);
}

namespace bitworth::roofline {
namespace {

TEST(Allocations, AStepMakesNone) {
  cases::Case c = tests::ideal_case();
  c.baseline.kernels.linears.corner = 1.5;
  const StepModel dense(c.architecture, c.baseline.runs_as, c.baseline.kv_cache, c.hardware.device,
                        c.baseline.kernels, 2);
  c.architecture.moe = llm::MixtureOfExperts{.experts = 128, .experts_per_token = 8, .expert_ffn = 768};
  const StepModel mixture(c.architecture, c.baseline.runs_as, c.baseline.kv_cache, c.hardware.device,
                          c.baseline.kernels, 2);
  const long before = allocations;
  double sum = 0;
  for (int batch = 1; batch < 100; ++batch) {
    const StepShape shape{.decode_sequences = 1.0 * batch,
                          .decode_context = 1000,
                          .prefill_tokens = 500,
                          .prefill_context = 250,
                          .sampled_rows = 1.0 * batch};
    sum += dense(shape).total().value() + mixture(shape).total().value();
  }
  EXPECT_EQ(allocations, before);
  EXPECT_GT(sum, 0);
  ::operator delete(::operator new(1));
  EXPECT_GT(allocations, before) << "the count counts";
}

}  // namespace
}  // namespace bitworth::roofline

namespace bitworth::serving {
namespace {

// The most that a simulation of so many requests held at once, besides its trace.
long most_held(int requests, const StepTable& table, const std::vector<std::uint64_t>& prefix) {
  workload::Trace trace;
  trace.prefix_block_tokens = 16;
  for (int i = 0; i < requests; ++i)
    trace.add({i * Nanoseconds{5'000'000}, 200 + i % 300, 1 + i % 90}, prefix);
  SimulationSettings settings;
  settings.engine = {.token_budget = 512, .max_num_seqs = 64, .kv_blocks = 700, .prefix_caching = true};
  settings.replicas = 2;
  settings.router = Router::least_loaded;
  most_bytes = held_bytes.load();
  const long before = held_bytes;
  EXPECT_EQ(simulate(trace, table, settings).totals.finished, requests);
  return most_bytes - before;
}

TEST(Allocations, ASimulationHoldsNoMoreForMoreRequests) {
  const StepTable table(
      [](const BatchShape& s) {
        return StepCost{Seconds(1e-3 + 1e-6 * s.tokens()), Seconds(1e-3)};
      },
      64, 512);
  for (const std::vector<std::uint64_t>& prefix : {std::vector<std::uint64_t>(), {1, 2, 3, 4}}) {
    const long few = most_held(5'000, table, prefix), many = most_held(50'000, table, prefix);
    EXPECT_GT(few, 100'000);  // the histograms
    EXPECT_LT(many, few + few / 50);
  }
}

}  // namespace
}  // namespace bitworth::serving
