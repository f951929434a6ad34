#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/steady_state.hpp"
#include "bitworth/roofline/step.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::roofline {
namespace {

using tests::ideal_case;
using tests::ideal_fp8;

StepModel model_of(const cases::Case& c, const cases::Option& option, int tensor_parallel = 1) {
  return {c.architecture,
          option.runs_as,
          option.kv_cache,
          c.hardware.device,
          hardware::median_rates(c.hardware.efficiency),
          tensor_parallel};
}

// 6,979,321,856 linear parameters of 2 bytes, and seven activations of 4096 x 2 bytes a layer.
TEST(Step, OneSequenceReadsEveryWeightOnce) {
  const cases::Case c = ideal_case();
  const StepTime time =
      model_of(c, c.baseline)({.decode_sequences = 1, .decode_context = 1000, .sampled_rows = 1});
  const double linears = 2 * 6979321856.0 + 7 * 32 * 4096 * 2, lm_head = 2 * 525336576.0;
  EXPECT_NEAR(time.weight_reads.value(), (linears + lm_head) / 3.35e12, 1e-12);
  EXPECT_NEAR(time.kv_reads.value(), 1000 * 131072 / 3.35e12, 1e-12);
  EXPECT_EQ(time.compute, Seconds(0));
  EXPECT_EQ(time.memory_bound_fraction(), 1);
}

TEST(Step, ALongPromptIsBoundByCompute) {
  const cases::Case c = ideal_case();
  const StepTime time =
      model_of(c, c.baseline)({.prefill_tokens = 2048, .prefill_context = 0, .sampled_rows = 1});
  EXPECT_NEAR(time.compute.value(), 2 * 6979321856.0 * 2048 / 989e12, 1e-9);
}

TEST(Step, TheLmHeadSeesOnlySampledRows) {
  const cases::Case c = ideal_case();
  const StepModel model = model_of(c, c.baseline);
  const StepTime few = model({.prefill_tokens = 4096, .sampled_rows = 1});
  const StepTime all = model({.prefill_tokens = 4096, .sampled_rows = 4096});
  EXPECT_NEAR((all.compute - few.compute).value(), 2 * 525336576.0 * 4096 / 989e12, 1e-9);
}

TEST(Step, AttentionGrowsWithContextAndWindowsCapIt) {
  cases::Case c = ideal_case();
  c.architecture.sliding_window = llm::SlidingWindow{.window = 1024, .pattern = 2};
  const auto kv = [&](double context) {
    return model_of(c, c.baseline)({.decode_sequences = 1, .decode_context = context, .sampled_rows = 1})
        .kv_reads;
  };
  EXPECT_NEAR(kv(512).value(), 512 * 131072 / 3.35e12, 1e-12);
  EXPECT_NEAR(kv(4096).value(), (16 * 4096 + 16 * 1024) * 4096.0 / 3.35e12, 1e-12);
}

// Weight-only schemes compute at the 16-bit rate; so do 8-bit weights where activations stay at 16.
TEST(Step, WeightOnlyGainsNothingWhereComputeBinds) {
  const cases::Case c = ideal_case();
  cases::Option w8a16 = ideal_fp8();
  w8a16.runs_as.compute = llm::Compute::sixteen_bit;
  w8a16.runs_as.activation_bits = 16;
  const StepShape prefill{.prefill_tokens = 8192, .sampled_rows = 1};
  EXPECT_DOUBLE_EQ(model_of(c, w8a16)(prefill).compute.value(),
                   model_of(c, c.baseline)(prefill).compute.value());
  EXPECT_LT(model_of(c, ideal_fp8())(prefill).compute, model_of(c, c.baseline)(prefill).compute);
}

TEST(Step, AMixtureReadsTheExpertsThatTokensVisit) {
  cases::Case c = ideal_case();
  c.architecture.moe = llm::MixtureOfExperts{.experts = 128, .experts_per_token = 8, .expert_ffn = 768};
  EXPECT_NEAR(llm::expected_experts(*c.architecture.moe, 1), 8, 1e-9);
  EXPECT_NEAR(llm::expected_experts(*c.architecture.moe, 4), 29.1, 0.05);
  EXPECT_NEAR(llm::expected_experts(*c.architecture.moe, 64), 125.9, 0.05);
}

// A wide head_dim is read from the architecture, never hidden / heads.
TEST(Step, HeadDimComesFromTheArchitecture) {
  cases::Case c = ideal_case();
  c.architecture.head_dim = 256;
  EXPECT_EQ(llm::kv_bytes_per_token(c.architecture, c.baseline.kv_cache), Bytes(2 * 131072));
}

TEST(Step, CommunicationIsNotQuantized) {
  const cases::Case c = ideal_case();
  const StepShape shape{.decode_sequences = 64, .decode_context = 500, .sampled_rows = 64};
  const StepTime bf16 = model_of(c, c.baseline, 8)(shape), fp8 = model_of(c, ideal_fp8(), 8)(shape);
  EXPECT_GT(bf16.communication, Seconds(0));
  EXPECT_EQ(bf16.communication, fp8.communication);
  const double alone = model_of(c, c.baseline)(shape).total() / model_of(c, ideal_fp8())(shape).total();
  EXPECT_LT(bf16.total() / fp8.total(), alone);
}

RC_GTEST_PROP(Step, TimeGrowsWithWork, ()) {
  const cases::Case c = ideal_case();
  const StepModel model = model_of(c, c.baseline);
  const double batch = *rc::gen::inRange(1, 512), context = *rc::gen::inRange(1, 20000);
  const StepShape shape{.decode_sequences = batch, .decode_context = context, .sampled_rows = batch};
  StepShape more = shape;
  more.decode_sequences += 1;
  more.decode_context += 10;
  RC_ASSERT(model(shape).total() <= model(more).total());
}

TEST(Memory, AddsUpToWhatIsUsable) {
  const cases::Case c = ideal_case();
  const MemoryPlan plan = plan_memory(c, c.baseline, 1);
  EXPECT_NEAR((plan.weights + plan.workspace + plan.kv_cache).value(), 0.9 * 80e9, 1);
  EXPECT_NEAR(plan.weights.value(), 2 * (6979321856.0 + 2 * 525336576.0), 1);
}

TEST(Memory, SaysByHowMuchItDoesNotFit) {
  cases::Case c = ideal_case();
  c.hardware.device.usable_memory = Bytes(16e9);
  EXPECT_FALSE(plan_memory(c, c.baseline, 1).fits());
  EXPECT_LT(plan_memory(c, c.baseline, 1).kv_cache, Bytes(-1e9));
  EXPECT_TRUE(plan_memory(c, c.baseline, 2).fits());
}

// Little's law: sequences in the batch = requests/s x output tokens x step time.
TEST(SteadyState, ObeysLittlesLaw) {
  const cases::Case c = ideal_case();
  const SteadyState state = at_batch(c, model_of(c, c.baseline), 40);
  EXPECT_NEAR(state.requests_per_second * 200 * state.step.total().value(), 40, 1e-9);
}

TEST(SteadyState, CarriesTheLoadItIsGiven) {
  const cases::Case c = ideal_case();
  EXPECT_NEAR(at_load(c, model_of(c, c.baseline), 3, 256).requests_per_second, 3, 1e-6);
}

TEST(Capacity, StopsAtTheFirstOfItsLimits) {
  cases::Case c = ideal_case();
  const StepModel model = model_of(c, c.baseline);
  EXPECT_EQ(capacity(c, model, 1000).limit, Limit::max_sequences);
  EXPECT_EQ(capacity(c, model, 1000).state.batch, 256);
  EXPECT_EQ(capacity(c, model, 20.5).limit, Limit::kv_memory);
  EXPECT_EQ(capacity(c, model, 20.5).state.batch, 20);
  c.workload.slo.tpot_p99 = Seconds(0.010);
  const Capacity bounded = capacity(c, model, 1000);
  EXPECT_EQ(bounded.limit, Limit::tpot);
  EXPECT_LE(bounded.state.step.total(), Seconds(0.010));
  EXPECT_GT(at_batch(c, model, bounded.state.batch + 1).step.total(), Seconds(0.010));
}

TEST(Capacity, OfAnImpossibleSloNamesWhatIsMissed) {
  cases::Case c = ideal_case();
  c.workload.slo.tpot_p99 = Seconds(0.001);
  const Capacity none = capacity(c, model_of(c, c.baseline), 1000);
  EXPECT_EQ(none.limit, Limit::infeasible);
  EXPECT_EQ(none.missed, Limit::tpot);
}

}  // namespace
}  // namespace bitworth::roofline
