// A program of its own, for it replaces operator new to count: a step must not allocate.
#include "bitworth/roofline/step.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

#include "tests/support/ideal_case.hpp"

namespace {
std::atomic<long> allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
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
  EXPECT_NE(std::make_unique<int>(1), nullptr);
  EXPECT_GT(allocations, before) << "the count counts";
}

}  // namespace
}  // namespace bitworth::roofline
