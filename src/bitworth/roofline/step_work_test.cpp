#include "bitworth/roofline/step_work.hpp"

#include <gtest/gtest.h>

#include "bitworth/roofline/replica.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::roofline {
namespace {

// Llama 3.1 8B: 6.979e9 weights in the layers' matrices, 0.525e9 in the lm_head; 128 KiB of cache a token.
constexpr double layer_weights = 32 * (4096.0 * (6144 + 4096) + 3 * 4096.0 * 14336), head = 4096.0 * 128256;

StepWork decode_work(const cases::Case& c, const cases::Option& option, double batch) {
  const Replica replica(c, option, 1);
  return step_work(c, option, replica.model(), 1,
                   {.decode_sequences = batch, .decode_context = 1000, .sampled_rows = batch});
}

TEST(StepWork, OneSequenceReadsEveryWeightAndItsCache) {
  const cases::Case c = tests::ideal_case();
  const StepWork work = decode_work(c, c.baseline, 1);
  const double attention = 4.0 * 32 * 128 * 32 * 1000;
  EXPECT_NEAR(work.flops.value(), 2 * (layer_weights + head) + attention, 1e-6 * work.flops.value());
  // Rows of 16 bits in and out are a two-thousandth of that.
  EXPECT_NEAR(work.bytes.value(), 2 * (layer_weights + head) + 131072.0 * 1000, 1e-3 * work.bytes.value());
}

TEST(StepWork, ABatchSharesTheWeights) {
  const cases::Case c = tests::ideal_case();
  const StepWork one = decode_work(c, c.baseline, 1), many = decode_work(c, c.baseline, 64);
  EXPECT_NEAR(many.flops / one.flops, 64, 1e-9);
  EXPECT_LT(many.bytes / one.bytes, 2.0);
}

TEST(StepWork, EightBitsMoveHalf) {
  const cases::Case c = tests::ideal_case();
  const StepWork half = decode_work(c, tests::ideal_fp8(), 1), whole = decode_work(c, c.baseline, 1);
  EXPECT_NEAR(half.flops / whole.flops, 1, 1e-9);
  // The lm_head stays at 16 bits.
  EXPECT_NEAR(half.bytes.value(), layer_weights + 2 * head + 65536.0 * 1000, 1e-3 * half.bytes.value());
}

}  // namespace
}  // namespace bitworth::roofline
