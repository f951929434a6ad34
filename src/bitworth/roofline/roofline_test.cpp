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
  return {c.architecture,    option.runs_as, option.kv_cache,
          c.hardware.device, option.kernels, tensor_parallel};
}

// 6,979,321,856 linear parameters of 2 bytes, and an lm_head of 525,336,576.
TEST(Step, OneSequenceReadsEveryWeightOnce) {
  const cases::Case c = ideal_case();
  const StepTime time =
      model_of(c, c.baseline)({.decode_sequences = 1, .decode_context = 999, .sampled_rows = 1});
  EXPECT_NEAR(time.weight_reads.value(), 2 * (6979321856.0 + 525336576) / 3.35e12, 1e-12);
  EXPECT_NEAR(time.kv_reads.value(), 1000 * 131072 / 3.35e12, 1e-12);
  EXPECT_EQ(time.compute, Seconds(0));
  // In and out of 4 matrices a layer and of the lm_head; and 12 hidden + 3 FFN widths a layer at 0.7.
  const double in_and_out =
      32 * (4096 + 6144 + 4096 + 4096 + 4096 + 2 * 14336 + 14336 + 4096) + 4096 + 128256;
  const double between = 32 * (12 * 4096 + 3 * 14336) / 0.7;
  EXPECT_NEAR(time.activations.value(), 2 * (in_and_out + between) / 3.35e12, 1e-12);
  EXPECT_NEAR(time.memory_bound_fraction(), 1, 1e-12);
}

TEST(Step, ALongPromptIsBoundByCompute) {
  const cases::Case c = ideal_case();
  const StepTime time =
      model_of(c, c.baseline)({.prefill_tokens = 2048, .prefill_context = 0, .sampled_rows = 1});
  EXPECT_NEAR(time.compute.value(), 2 * 6979321856.0 * 2048 / 989e12, 1e-9);
}

// Beside a prompt one kernel serves both: each of 32 heads computes 256 rows for a sequence, at 4 x 128
// FLOPs.
TEST(Step, BesideAPromptDecodesComputeWholeTilesOfRows) {
  cases::Case c = ideal_case();
  const StepShape alone{.decode_sequences = 100, .decode_context = 999}, prompt{.prefill_tokens = 1};
  StepShape together = alone;
  together.prefill_tokens = 1;
  const auto extra = [&] {
    const StepModel model = model_of(c, c.baseline);
    return model(together).compute - model(prompt).compute;
  };
  const double before = extra().value();
  c.baseline.kernels.engine.mixed_attention_rows = {{c.hardware.device.family, 256}};
  EXPECT_NEAR(extra().value() - before, 32 * 100 * 1000.0 * 256 * 32 * 4 * 128 / 989e12, 1e-9);
  EXPECT_EQ(model_of(c, c.baseline)(alone).compute, Seconds(0));
  c.baseline.kernels.engine.mixed_attention_rows = {{"another family", 256}};
  EXPECT_DOUBLE_EQ(extra().value(), before);
}

TEST(Step, PartsSumToTheTotal) {
  cases::Case c = ideal_case();
  c.baseline.kernels.linears.corner = 1.5;
  c.baseline.kernels.linears.launch = Seconds(5e-6);
  c.baseline.kernels.engine.per_step = Seconds(3e-4);
  for (const double rows : {1.0, 64.0, 300.0, 5000.0}) {
    const StepTime t = model_of(c, c.baseline, 2)({.decode_sequences = rows,
                                                   .decode_context = 100,
                                                   .prefill_tokens = 500,
                                                   .prefill_context = 250,
                                                   .sampled_rows = rows});
    EXPECT_DOUBLE_EQ(
        (t.weight_reads + t.kv_reads + t.activations + t.compute + t.communication + t.launches + t.host)
            .value(),
        t.total().value());
    for (const Seconds part : {t.weight_reads, t.kv_reads, t.activations, t.compute, t.communication}) {
      EXPECT_GE(part, Seconds(0));
    }
  }
}

TEST(Step, TheBottleneckIsItsLargestPart) {
  const StepTime time{.weight_reads = Seconds(6), .kv_reads = Seconds(1), .compute = Seconds(3)};
  const Bottleneck largest = bottleneck(time);
  EXPECT_EQ(largest.resource, "weight reads");
  EXPECT_DOUBLE_EQ(largest.share, 0.6);
  EXPECT_DOUBLE_EQ(largest.speedup_without, 2.5);
}

TEST(Step, ATimeFactorScalesEveryPart) {
  const cases::Case c = ideal_case();
  const StepShape shape{.decode_sequences = 9, .decode_context = 500, .sampled_rows = 9};
  const StepModel slow(c.architecture, c.baseline.runs_as, c.baseline.kv_cache, c.hardware.device,
                       c.baseline.kernels, 1, 1.25);
  EXPECT_NEAR(slow(shape).total() / model_of(c, c.baseline)(shape).total(), 1.25, 1e-12);
}

TEST(Step, AnEagerHostIsWaitedFor) {
  cases::Case c = ideal_case();
  const StepShape shape{.decode_sequences = 1, .decode_context = 100, .sampled_rows = 1};
  const Seconds gpu = model_of(c, c.baseline)(shape).total();
  c.baseline.kernels.engine.eager_host_per_layer = Seconds(1e-3);
  const StepTime slow = model_of(c, c.baseline)(shape);
  EXPECT_NEAR(slow.total().value(), (32e-3 + 0.15 * gpu.value()), 1e-9);
  EXPECT_NEAR(slow.host.value(), 32e-3, 1e-9);
  c.baseline.kernels.engine.eager_host_per_layer = Seconds(1e-5);
  EXPECT_NEAR(model_of(c, c.baseline)(shape).total().value(), gpu.value() + 0.15 * 32e-5, 1e-9);
}

TEST(Step, SplitLayersAddMemoryAndNoSpeed) {
  cases::Case c = ideal_case();
  c.baseline.kernels.engine.splits_layers = true;
  c.baseline.kernels.engine.pipeline = 4;
  const StepShape shape{.decode_sequences = 1, .decode_context = 100, .sampled_rows = 1};
  EXPECT_EQ(model_of(c, c.baseline, 1)(shape).total(), model_of(c, c.baseline, 4)(shape).total());
  EXPECT_EQ(model_of(c, c.baseline, 4).pipelining(8), 1) << "one device holds the model";
  c.hardware.device.usable_memory = Bytes(10e9);
  EXPECT_DOUBLE_EQ(model_of(c, c.baseline, 4).pipelining(8), 7.0 / 16);
  EXPECT_DOUBLE_EQ(model_of(c, c.baseline, 4).pipelining(1), 1);
}

TEST(Prefill, GoesInChunksOfTheBudget) {
  const cases::Case c = ideal_case();
  const StepModel model = model_of(c, c.baseline);
  const StepTime two = prefill_time(model, 1, 3000, prompt_context(3000), 2048);
  const StepTime chunk = model({.prefill_tokens = 1500, .prefill_context = 1500.5, .sampled_rows = 1});
  EXPECT_DOUBLE_EQ(two.total().value(), 2 * chunk.total().value());
  const StepTime six = prefill_time(model, 6, 1000, prompt_context(1000), 2048);
  const StepTime pair = model({.prefill_tokens = 2000, .prefill_context = 500.5, .sampled_rows = 2});
  EXPECT_DOUBLE_EQ(six.total().value(), 3 * pair.total().value());
}

RC_GTEST_PROP(Step, TimeGrowsWithWork, ()) {
  cases::Case c = ideal_case();
  c.baseline.kernels.linears.corner = *rc::gen::inRange(10, 90) / 10.0;
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

TEST(Memory, KeepsBackWhatTheEngineDoes) {
  cases::Case c = ideal_case();
  c.baseline.kernels.engine.reserve = Bytes(2e9);
  c.baseline.kernels.engine.free_share = 0.9;
  const MemoryPlan plan = plan_memory(c, c.baseline, 1);
  EXPECT_NEAR(plan.kv_cache.value(), 0.9 * (72e9 - 2e9 - plan.weights.value()), 1);
  EXPECT_NEAR((plan.weights + plan.workspace + plan.kv_cache).value(), 72e9, 1);
  EXPECT_NEAR(cached_tokens(c.architecture, c.baseline.kv_cache, c.baseline.kernels.engine, plan, 1),
              plan.kv_cache.value() / 131072, 1e-6);
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

// The cycle: 200 decode steps, then the prompts of the same sequences.
TEST(SteadyState, IsTheCycleOfDecodeAndPrefill) {
  cases::Case c = ideal_case();
  c.baseline.kernels.engine.per_request = Seconds(1e-3);
  const StepModel model = model_of(c, c.baseline);
  const double batch = 40;
  const double decode =
      model({.decode_sequences = batch, .decode_context = 1100, .sampled_rows = batch}).total().value();
  const double prefill =
      20 * model({.prefill_tokens = 2000, .prefill_context = 500, .sampled_rows = 2}).total().value();
  const SteadyState state = at_batch(c, model, batch);
  EXPECT_NEAR(batch / state.requests_per_second, 200 * decode + prefill + batch * 1e-3, 1e-9);
  const double alone =
      model({.prefill_tokens = 1000, .prefill_context = 500.5, .sampled_rows = 1}).total().value();
  EXPECT_NEAR(state.ttft.value(), alone + decode, 1e-9);
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
  c.workload.slo.tpot_p99 = Seconds(0.020);
  const Capacity bounded = capacity(c, model, 1000);
  EXPECT_EQ(bounded.limit, Limit::tpot);
  EXPECT_LE(bounded.state.step.total(), Seconds(0.020));
  EXPECT_GT(at_batch(c, model, bounded.state.batch + 1).step.total(), Seconds(0.020));
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
