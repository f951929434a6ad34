// Mistakes that other calculators of LLM speed make, by the source file that has them; each must stay absent
// here.
#include <gtest/gtest.h>

#include <cmath>

#include "bitworth/llm/footprint.hpp"
#include "bitworth/roofline/step.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::roofline {
namespace {

using tests::ideal_case;
using tests::ideal_fp8;
using tests::ideal_kernels;

StepModel model_of(const cases::Case& c, const cases::Option& option, int gpus = 1) {
  return {c.architecture, option.runs_as, option.kv_cache, c.hardware.device, option.kernels, gpus};
}

StepTime decode(const cases::Case& c, const cases::Option& option, double batch, double context,
                int gpus = 1) {
  return model_of(c, option,
                  gpus)({.decode_sequences = batch, .decode_context = context, .sampled_rows = batch});
}

llm::MixtureOfExperts qwen3_30b_experts() {
  return {.experts = 128, .experts_per_token = 8, .expert_ffn = 768};
}

// BLIS roofline.go: the FFN as two matrices. SwiGLU has three.
TEST(Mistakes, AGatedFfnHasThreeMatrices) {
  cases::Case c = ideal_case();
  const double gated = decode(c, c.baseline, 1, 0).weight_reads.value();
  c.architecture.gated_ffn = false;
  const double plain = decode(c, c.baseline, 1, 0).weight_reads.value();
  EXPECT_NEAR((gated - plain) * 3.35e12, 32 * 4096.0 * 14336 * 2, 1e4);
}

// BLIS and LLM-Viewer: head_dim = hidden / heads, 80 instead of 128 on Qwen3-32B.
TEST(Mistakes, HeadDimIsReadNotDerived) {
  cases::Case c = ideal_case();
  const double narrow = decode(c, c.baseline, 1, 999).kv_reads.value();
  c.architecture.head_dim = 256;
  EXPECT_NEAR(decode(c, c.baseline, 1, 999).kv_reads.value() / narrow, 2, 1e-12);
}

// BLIS roofline.go: the FP8 rate whenever a weight has one byte. 8-bit weights with 16-bit activations
// compute at the 16-bit rate.
TEST(Mistakes, WeightOnlyComputesAtTheSixteenBitRate) {
  const cases::Case c = ideal_case();
  cases::Option w8a16 = ideal_fp8();
  w8a16.kernels = ideal_kernels(&hardware::PeakRates::bf16);
  const StepShape prefill{.prefill_tokens = 8192, .prefill_context = 4096, .sampled_rows = 1};
  EXPECT_DOUBLE_EQ(model_of(c, w8a16)(prefill).compute.value(),
                   model_of(c, c.baseline)(prefill).compute.value());
  EXPECT_LT(model_of(c, ideal_fp8())(prefill).compute, model_of(c, c.baseline)(prefill).compute);
}

// GenZ: int4 computes at four times the rate, so W4A16 prefills four times faster.
TEST(Mistakes, FourBitWeightsDoNotPrefillFaster) {
  const cases::Case c = ideal_case();
  cases::Option w4a16 = c.baseline;
  w4a16.runs_as.weight_bits = 4.156;
  const StepShape prefill{.prefill_tokens = 8192, .prefill_context = 4096, .sampled_rows = 1};
  EXPECT_GE(model_of(c, w4a16)(prefill).total() / model_of(c, c.baseline)(prefill).total(), 0.99);
}

// BLIS trained_physics_model.go: all experts are read at every batch, 16 times too much for one sequence.
TEST(Mistakes, OnlyVisitedExpertsAreRead) {
  cases::Case c = ideal_case();
  c.architecture.moe = qwen3_30b_experts();
  c.architecture.ffn = 0;
  cases::Case without = c;
  without.architecture.moe->expert_ffn = 0;
  const auto experts_read = [&](double batch) {
    const double bytes = (decode(c, c.baseline, batch, 0).weight_reads -
                          decode(without, without.baseline, batch, 0).weight_reads)
                             .value() *
                         3.35e12;
    return bytes / (32 * 3.0 * 4096 * 768 * 2);
  };
  EXPECT_NEAR(experts_read(1), 8, 1e-6);
  EXPECT_NEAR(experts_read(4), 29.1, 0.05);
  EXPECT_NEAR(experts_read(16), 82.4, 0.05);
  EXPECT_NEAR(experts_read(64), 125.9, 0.05);
}

// fleet-sim: the expert weights of batch 8 at every batch, and two matrices of them.
TEST(Mistakes, ExpertsGrowWithTheBatchUntilAllAreRead) {
  cases::Case c = ideal_case();
  c.architecture.moe = qwen3_30b_experts();
  EXPECT_LT(decode(c, c.baseline, 1, 0).weight_reads, decode(c, c.baseline, 8, 0).weight_reads);
  EXPECT_NEAR(decode(c, c.baseline, 2000, 0).weight_reads / decode(c, c.baseline, 3000, 0).weight_reads, 1,
              1e-3);
}

// BLIS trained_physics_model.go: the cache always at two bytes. fleet-sim: one type for weights and cache.
TEST(Mistakes, TheCacheHasATypeOfItsOwn) {
  const cases::Case c = ideal_case();
  cases::Option only_cache = c.baseline;
  only_cache.kv_cache.bits = 8;
  only_cache.kernels.attention.bandwidth_share_kv8 = 1;
  const StepTime before = decode(c, c.baseline, 8, 4000), after = decode(c, only_cache, 8, 4000);
  EXPECT_NEAR(after.kv_reads / before.kv_reads, 0.5, 1e-12);
  EXPECT_EQ(after.weight_reads, before.weight_reads);
}

// BLIS, Vidur, InferSim: no lm_head. It is 7 % of an 8B model's bytes, and more of a quantized one's.
TEST(Mistakes, TheLmHeadIsReadAndStaysAtItsBits) {
  const cases::Case c = ideal_case();
  const double head = 525336576.0 * 2 / 3.35e12;
  EXPECT_NEAR(head / decode(c, c.baseline, 1, 0).weight_reads.value(), 0.07, 0.001);
  cases::Option w4a16 = c.baseline;
  w4a16.runs_as.weight_bits = 4.125;
  EXPECT_NEAR(head / decode(c, w4a16, 1, 0).weight_reads.value(), 0.226, 0.001);
}

// LLM-Viewer: FLOPs of the lm_head once, not twice. BLIS: on every prompt token.
TEST(Mistakes, TheLmHeadSeesOnlySampledRows) {
  const cases::Case c = ideal_case();
  const StepModel model = model_of(c, c.baseline);
  const StepTime few = model({.prefill_tokens = 4096, .sampled_rows = 1});
  const StepTime all = model({.prefill_tokens = 4096, .sampled_rows = 4096});
  EXPECT_NEAR((all.compute - few.compute).value(), 2 * 525336576.0 * 4096 / 989e12, 1e-9);
}

// LLM-Viewer: cache reads by query heads, not KV heads: four to eight times too much.
TEST(Mistakes, GroupedQueriesShareTheirCache) {
  cases::Case c = ideal_case();
  const double grouped = decode(c, c.baseline, 1, 999).kv_reads.value();
  c.architecture.kv_heads = 32;
  EXPECT_NEAR(decode(c, c.baseline, 1, 999).kv_reads.value() / grouped, 4, 1e-12);
}

// LLM-Viewer: prefill attention over the whole square. A token attends to those before it: half on average.
TEST(Mistakes, PrefillAttentionIsCausal) {
  const cases::Case c = ideal_case();
  const StepModel model = model_of(c, c.baseline);
  const double n = 4096;
  const StepTime with = prefill_time(model, 1, n, prompt_context(n), n),
                 without = prefill_time(model, 1, n, 0, n);
  EXPECT_NEAR((with.compute - without.compute).value(), 32 * 4.0 * 32 * 128 * n * (n + 1) / 2 / 989e12,
              1e-12);
}

// LLM-Viewer: the 8-bit rate only where the cache has 8 bits too.
TEST(Mistakes, TheCacheDoesNotDecideTheRate) {
  const cases::Case c = ideal_case();
  cases::Option fp8 = ideal_fp8();
  fp8.kv_cache.bits = 16;
  const StepShape prefill{.prefill_tokens = 8192, .sampled_rows = 1};
  EXPECT_EQ(model_of(c, fp8)(prefill).compute, model_of(c, ideal_fp8())(prefill).compute);
}

// InferSim: one table of utilization, timed in FP8, for 16 bits too.
TEST(Mistakes, FormatsHaveSharesOfTheirOwn) {
  const cases::Case c = ideal_case();
  cases::Option fp8 = ideal_fp8();
  fp8.kernels.linears.compute_share = fp8.kernels.projections.compute_share = 0.5;
  const StepShape prefill{.prefill_tokens = 8192, .sampled_rows = 1};
  EXPECT_NEAR(model_of(c, fp8)(prefill).compute / model_of(c, c.baseline)(prefill).compute, 989.0 / 989.5,
              0.01);
}

// Latents are one per token and layer, whole on every GPU.
TEST(Mistakes, LatentCachesAreNotDivided) {
  cases::Case c = ideal_case();
  c.architecture.mla =
      llm::LatentAttention{.kv_rank = 512, .q_rank = 1536, .rope_dim = 64, .nope_dim = 128, .v_dim = 128};
  EXPECT_NEAR(decode(c, c.baseline, 1, 999).kv_reads.value() * 3.35e12, 32 * 1000 * 576 * 2.0, 1e-3);
  EXPECT_EQ(decode(c, c.baseline, 1, 999, 4).kv_reads, decode(c, c.baseline, 1, 999).kv_reads);
}

// Quantization does not shrink what GPUs tell each other, so it gains less on several.
TEST(Mistakes, CommunicationIsNotQuantized) {
  const cases::Case c = ideal_case();
  const StepTime bf16 = decode(c, c.baseline, 64, 500, 8), fp8 = decode(c, ideal_fp8(), 64, 500, 8);
  EXPECT_GT(bf16.communication, Seconds(0));
  EXPECT_EQ(bf16.communication, fp8.communication);
  const double alone = decode(c, c.baseline, 64, 500).total() / decode(c, ideal_fp8(), 64, 500).total();
  EXPECT_LT(bf16.total() / fp8.total(), alone);
}

TEST(Mistakes, WindowsCapAttentionAndTheCache) {
  cases::Case c = ideal_case();
  c.architecture.sliding_window = llm::SlidingWindow{.window = 1024, .pattern = 2};
  EXPECT_NEAR(decode(c, c.baseline, 1, 511).kv_reads.value(), 512 * 131072 / 3.35e12, 1e-12);
  EXPECT_NEAR(decode(c, c.baseline, 1, 4095).kv_reads.value(), (16 * 4096 + 16 * 1024) * 4096.0 / 3.35e12,
              1e-12);
}

// A plain maximum of memory and compute time is most wrong where they are equal, which is where 4-bit weights
// stop paying.
TEST(Mistakes, TheCornerOfTheRooflineIsRound) {
  hardware::Kernel kernel = ideal_kernels(&hardware::PeakRates::bf16).linears;
  const cases::Case c = ideal_case();
  const double rows = 989e12 / 3.35e12;  // the ridge, but for activations
  const double sharp = Gemm(kernel, c.hardware.device, 1e6, 1e6, 2)(rows).total().value();
  kernel.corner = 1.5;
  EXPECT_NEAR(Gemm(kernel, c.hardware.device, 1e6, 1e6, 2)(rows).total().value() / sharp,
              std::pow(2, 1 / 1.5), 1e-2);
}

}  // namespace
}  // namespace bitworth::roofline
