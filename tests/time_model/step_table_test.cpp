// The tables that the simulator reads, against the time model that they were made of.
#include "bitworth/serving/step_table.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/hardware/step_kernels.hpp"
#include "bitworth/roofline/step.hpp"

namespace bitworth {
namespace {

constexpr int seats = 256, budget = 2048;

struct Deployed {
  const char *architecture, *device, *scheme;
  double error = 1e-9;  // tables are exact where attention is linear in the context
};

serving::StepFunction time_model(const Deployed& d) {
  const formats::Catalog& catalog = formats::built_in_catalog();
  const llm::Architecture& architecture = *catalog.architectures.find(d.architecture);
  const llm::Scheme& scheme = *catalog.schemes.find(d.scheme);
  const hardware::Device& device = *catalog.devices.find(d.device);
  const auto kernels = hardware::find_step_kernels(*catalog.kernels, *catalog.kernels->engine("vllm"),
                                                   architecture, scheme, device);
  const roofline::StepModel model(architecture, scheme, *catalog.kv_formats.find("bf16"), device, kernels, 1);
  return [model](const serving::BatchShape& batch) {
    roofline::StepShape shape;
    shape.decode_sequences = batch.decode_sequences;
    shape.prefill_tokens = batch.prefill_tokens;
    shape.sampled_rows = batch.sampled_rows;
    if (batch.decode_sequences > 0)
      shape.decode_context = static_cast<double>(batch.decode_context_sum) / batch.decode_sequences;
    if (batch.prefill_tokens > 0)
      shape.prefill_context = static_cast<double>(batch.prefill_context_sum) / batch.prefill_tokens + 1;
    const roofline::StepTime time = model(shape);
    return serving::StepCost{time.total(), time.total() * time.memory_bound_fraction()};
  };
}

serving::BatchShape some_batch(Rng& rng) {
  const auto up_to = [&](int most) { return static_cast<int>(rng.uniform() * (most + 1)); };
  // Contexts from 16 to 64 Ki tokens, as many in each octave.
  const auto context = [&] { return 16 * std::exp2(12 * rng.uniform()); };
  serving::BatchShape shape;
  shape.decode_sequences = up_to(3) == 0 ? 0 : up_to(seats);
  shape.decode_context_sum = std::llround(shape.decode_sequences * context());
  if (shape.decode_sequences == 0 || up_to(1) == 0) {
    shape.prefill_tokens = 1 + up_to(budget - shape.decode_sequences - 1);
    shape.prefill_context_sum = std::llround(shape.prefill_tokens * context());
  }
  shape.sampled_rows =
      shape.decode_sequences + (shape.prefill_tokens > 0 && shape.decode_sequences < seats ? 1 : 0);
  return shape;
}

class TheStepTable : public testing::TestWithParam<Deployed> {};

TEST_P(TheStepTable, IsTheTimeModel) {
  const serving::StepFunction model = time_model(GetParam());
  const serving::StepTable table(model, seats, budget);
  Rng rng(1);
  double largest = 0;
  for (int i = 0; i < 20'000; ++i) {
    const serving::BatchShape shape = some_batch(rng);
    const double expected = model(shape).time.value() * 1e9;
    const double error = std::abs(table.cost(shape).time / expected - 1);
    ASSERT_TRUE(std::isfinite(error));
    largest = std::max(largest, error);
  }
  EXPECT_LT(largest, GetParam().error);
}

// Computed for one in sixteen numbers of tokens and rows.
TEST_P(TheStepTable, MayLeaveTokensOut) {
  const serving::StepFunction model = time_model(GetParam());
  constexpr int last = budget - 5;  // no multiple of the step, and computed all the same
  const serving::StepTable whole(model, seats, budget), rough(model, seats, last, {.token_step = 16});
  Rng rng(2);
  double largest = 0, sum = 0;
  constexpr int batches = 5000;
  for (int i = 0; i < batches; ++i) {
    serving::BatchShape shape = some_batch(rng);
    if (i % 4 == 0) shape.prefill_tokens = last - shape.decode_sequences;
    shape.prefill_tokens = std::min(shape.prefill_tokens, last - shape.decode_sequences);
    const double error = std::abs(rough.cost(shape).time / whole.cost(shape).time - 1);
    ASSERT_TRUE(std::isfinite(error));
    largest = std::max(largest, error);
    sum += error;
  }
  EXPECT_LT(largest, 0.005);
  EXPECT_LT(sum / batches, 0.0005);
}

INSTANTIATE_TEST_SUITE_P(All, TheStepTable,
                         testing::Values(Deployed{"llama-3.1-8b", "h100-sxm", "bf16"},
                                         Deployed{"llama-3.1-8b", "a100-80-sxm", "w4a16"},
                                         Deployed{"llama-3.1-70b", "b200", "nvfp4"},
                                         Deployed{"qwen3-30b-a3b", "rtx-pro-6000", "bf16"},
                                         Deployed{"deepseek-v3", "h200", "w8a8-fp8-block"},
                                         Deployed{"gpt-oss-20b", "rtx-4090", "w4a16", 0.005}));

}  // namespace
}  // namespace bitworth
