#include <gtest/gtest.h>

#include <cmath>

#include "bitworth/formats/catalog.hpp"
#include "bitworth/roofline/estimate.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::roofline {
namespace {

StepTime sum(const std::vector<Term>& terms) {
  StepTime total;
  for (const Term& term : terms) total += term.time;
  return total;
}

void expect_equal(const StepTime& a, const StepTime& b) {
  constexpr double rounding = 1e-12;
  const double total = b.total().value();
  for (const auto part : {&StepTime::weight_reads, &StepTime::kv_reads, &StepTime::activations,
                          &StepTime::compute, &StepTime::communication, &StepTime::launches, &StepTime::host})
    EXPECT_NEAR((a.*part).value(), (b.*part).value(), rounding * total);
}

// Every kind of architecture and engine: dense, mixture divided either way, latent attention, windows, eager,
// split layers.
TEST(Terms, SumToTheStep) {
  const formats::Catalog& catalog = formats::built_in_catalog();
  const hardware::Device& device = *catalog.devices.find("h100-sxm");
  const llm::KvFormat& kv = *catalog.kv_formats.find("fp8");
  int checked = 0;
  for (const llm::Architecture& architecture : catalog.architectures.all()) {
    for (const hardware::EngineCosts& engine : catalog.kernels->engines) {
      for (const char* name : {"bf16", "w4a16", "w8a8-fp8"}) {
        const llm::Scheme& scheme = *catalog.schemes.find(name);
        const hardware::StepKernels kernels =
            hardware::find_step_kernels(*catalog.kernels, engine, architecture, scheme, device);
        const ExpertSplit experts = scheme.id == "bf16" ? ExpertSplit::by_width : ExpertSplit::by_expert;
        const StepModel model(architecture, scheme, kv, device, kernels, 4, 1.1, experts);
        for (const StepShape& shape :
             {StepShape{.decode_sequences = 1, .decode_context = 900, .sampled_rows = 1},
              StepShape{.decode_sequences = 40,
              .decode_context = 900,
              .prefill_tokens = 700,
              .prefill_context = 350,
              .sampled_rows = 41}}) {
          expect_equal(sum(model.terms(shape)), model(shape));
          ++checked;
        }
      }
    }
  }
  EXPECT_GT(checked, 1000);
}

// FFN in of Llama 3.1 8B: 4096 x 28672 weights of 2 bytes, one row in and out of 2 bytes a value.
TEST(Terms, TellShapesBytesAndFlops) {
  const cases::Case c = tests::ideal_case();
  const std::vector<OptionEstimate> all =
      estimate(c, {.gpus = 1, .batch = 1, .prompt_tokens = 100, .context_tokens = 100});
  const Term& ffn = all[0].decode.terms[2];
  EXPECT_EQ(ffn.name, "FFN in");
  EXPECT_EQ(ffn.calls, 32);
  ASSERT_TRUE(ffn.gemm);
  EXPECT_EQ(ffn.gemm->inner, 4096);
  EXPECT_EQ(ffn.gemm->outer, 28672);
  EXPECT_NEAR(ffn.gemm->bytes.value(), 2 * 4096.0 * 28672 + 2 * (4096 + 28672), 1);
  EXPECT_NEAR(ffn.gemm->flops.value(), 2 * 4096.0 * 28672, 1);
  EXPECT_NEAR(ffn.gemm->memory.value(), ffn.gemm->bytes.value() / 3.35e12, 1e-15);
  EXPECT_NEAR(ffn.time.total().value(), 32 * ffn.gemm->time.total().value(), 1e-12);
}

TEST(Terms, APhaseIsItsSteps) {
  cases::Case c = tests::ideal_case();
  c.options = {tests::ideal_fp8()};
  for (const OptionEstimate& each :
       estimate(c, {.gpus = 2, .batch = 5, .prompt_tokens = 3000, .context_tokens = 3100})) {
    StepTime prefill = sum(each.prefill.terms);
    prefill *= each.prefill.steps.count;
    expect_equal(prefill, each.prefill.time);
    EXPECT_EQ(each.prefill.steps.count, 10);  // each prompt in two chunks
    EXPECT_NEAR(each.decode.tokens_per_second * each.decode.time.total().value(), 5, 1e-9);
  }
}

TEST(Estimate, HalfOfEverythingIsTwiceAsFast) {
  cases::Case c = tests::ideal_case();
  c.options = {tests::ideal_fp8()};
  const auto all = estimate(c, {.gpus = 1, .batch = 8, .prompt_tokens = 2048, .context_tokens = 2048});
  EXPECT_FALSE(all[0].decode.speedup);
  ASSERT_TRUE(all[1].decode.speedup);
  EXPECT_GT(all[1].decode.speedup->value, 1.8);  // the lm_head stays at 16 bits
  EXPECT_LT(all[1].decode.speedup->value, 2);
  EXPECT_GT(all[1].sequences_that_fit, 2 * all[0].sequences_that_fit);
}

}  // namespace
}  // namespace bitworth::roofline
