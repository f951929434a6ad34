// The time model against an independent implementation of docs/model.md in another language: same tables,
// same formulas, so the same numbers to rounding. Figures were computed with data/kernels.toml,
// data/devices.toml, data/architectures.toml and data/schemes.toml of 2026-11-21; a change of a constant
// changes them by right.
#include <gtest/gtest.h>

#include "bitworth/formats/catalog.hpp"
#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/step.hpp"

namespace bitworth {
namespace {

struct Reference {
  const char* engine;
  const char* device;
  const char* architecture;
  const char* scheme;
  double kv_bits;
  int gpus;
  double batch;
  double context;
  double decode_step_us;
  double prompt;
  double prefill_seconds;  // one prompt
  double cached_tokens;    // that the KV cache holds, all GPUs
};

// clang-format off
constexpr Reference references[] = {
    {"llama.cpp", "rtx-4080", "llama-3.1-8b", "q4_k_m", 16, 1, 1.0, 256, 9514.636331216028, 1.0, 0.009451153464499156, 74790.85430078124},
    {"llama.cpp", "rtx-4080", "llama-3.1-8b", "fp16", 16, 1, 1.0, 256, 25289.85394960271, 1.0, 0.025226371082885838, -4494.033203125},
    {"llama.cpp", "rtx-4080", "llama-7b", "q4_0", 16, 1, 1.0, 494, 8193.240940343301, 494.0, 0.15400908920766107, 21856.1435546875},
    {"tensorrt-llm", "h100-sxm", "llama-3.1-70b", "w8a8-fp8-kv8", 8, 2, 207.09503645625003, 1500, 42645.68141773152, 1000.0, 0.0704170946416385, 414190.07291250007},
    {"tensorrt-llm", "h100-sxm", "llama-3.1-70b", "fp16", 16, 2, 9.660013242187501, 1500, 30583.90603958537, 1000.0, 0.10859683471491995, 19320.026484375},
    {"sglang", "a100-40-sxm", "llama-3.1-8b", "w8a16-int8", 16, 1, 100.0, 1280, 33791.503829906935, 1024.0, 0.07263302887948188, 205274.36630859377},
    {"sglang", "a100-40-sxm", "llama-3.1-8b", "w4a16-exllama", 16, 1, 8.0, 1280, 10796.977172138284, 1024.0, 0.06721863634506732, 231693.0380625},
    {"vllm", "a100-40-sxm", "llama-3.1-8b", "w8a8-int8", 16, 1, 100.0, 1280, 32618.277902918748, 1024.0, 0.04138208841377953, 212593.4355078125},
    {"vllm", "rtx-4090-d", "llama-3.1-8b", "w8a8-fp8", 16, 1, 73.86112149047854, 1280, 28276.607570411732, 1024.0, 0.06712837708118541, 94542.23550781253},
    {"vllm", "rtx-a6000", "llama-3.1-70b", "w4a16", 16, 2, 1.0, 320, 34183.99580018916, 256.0, 0.26483193674962013, 151321.26045},
    {"vllm", "rtx-a6000", "llama-3.1-70b", "bf16", 16, 4, 1.0, 320, 56923.4257158362, 256.0, 0.13718831316488864, 114715.196875},
    {"vllm", "h100-sxm", "llama-3.1-70b", "w8a8-fp8", 16, 2, 1.0, 320, 21325.239063881443, 256.0, 0.03007708514403733, 237417.11340625008},
    {"vllm", "rtx-a6000", "llama-3.1-70b", "w8a8-int8", 16, 2, 76.8512, 320, 85897.20600369456, 256.0, 0.14950150435980028, 50683.67340625003},
    {"vllm", "h100-sxm", "llama-3.1-70b", "w8a8-fp8", 16, 2, 76.8512, 320, 25792.2489132409, 256.0, 0.03007708514403733, 237417.11340625008},
    {"vllm", "a100-80-sxm", "qwen2.5-0.5b", "w4a16", 16, 1, 1.0, 1025, 3589.2587231857638, 1.0, 0.0035612102773110244, 6115821.447494791},
    {"vllm", "a100-80-sxm", "qwen2.5-0.5b", "w4a16", 16, 1, 1.0, 7168, 3649.4256150642454, 6144.0, 0.04717229138232018, 6115821.447494791},
    {"openvino", "core-ultra-155h", "minicpm-1b", "openvino-int4", 16, 1, 1.0, 95, 32280.860326108406, 31.0, 0.03906767927927049, 245031.68870192306},
    {"openvino", "core-ultra-155h", "minicpm-1b", "fp16", 16, 1, 1.0, 95, 57671.84719921461, 31.0, 0.061130836952775915, 228928.7860576923},
    {"openvino", "core-ultra-155h", "dolly-v2-3b", "openvino-int8", 16, 1, 1.0, 1024, 57283.217737718995, 1024.0, 1.2104077352872717, 73821.7254296875},
    {"tensorrt-llm", "h200-sxm", "llama-3.1-8b", "w4a16-plugin", 16, 1, 1.0, 2112, 4809.45700694122, 2048.0, 0.0643086166879055, 917204.4372445313},
    {"tensorrt-llm", "h200-sxm", "llama-3.1-8b", "w4a8", 8, 1, 1.0, 2112, 4876.084414193176, 2048.0, 0.037623034369528074, 1834408.8744890627},
    {"tensorrt-llm", "a100-80-sxm", "llama-3.1-8b", "w4a16", 16, 1, 307.21174299774174, 1280, 72840.5564041463, 1024.0, 0.06838155935317035, 471877.2372445313},
    {"tensorrt-llm", "a100-80-sxm", "llama-3.1-8b", "w8a8-int8", 8, 1, 584.361139251709, 1280, 102517.19537374542, 1024.0, 0.08171825493947084, 897578.7098906251},
    {"transformers", "t4", "qwen2.5-3b", "bnb-nf4", 16, 1, 1.0, 192, 59269.04535108577, 128.0, 0.08906155785827934, 287879.0833333333},
    {"transformers", "t4", "qwen2.5-3b", "fp16", 16, 1, 1.0, 192, 43067.669273973814, 128.0, 0.04436923970982751, 179677.65972222222},
    {"transformers", "t4", "qwen2.5-3b", "bnb-int8", 16, 1, 1.0, 192, 85064.48207953777, 128.0, 0.08627234990254264, 254854.12708333333},
    {"llama.cpp", "apple-max-class", "llama-3.1-8b", "iq1_s", 16, 1, 1.0, 512, 17729.71342287374, 512.0, 0.7556973110636773, 453264.0851796875},
    {"llama.cpp", "apple-max-class", "llama-3.1-8b", "q8_0", 16, 1, 1.0, 512, 26113.979013991993, 512.0, 0.7173341121505046, 406458.62109375},
    {"vllm", "rtx-a6000", "llama-3.1-70b", "w4a16", 16, 2, 1.0, 640, 34257.55901857997, 512.0, 0.5135191681857887, 151321.26045},
    {"vllm", "rtx-a6000", "qwen2.5-32b", "w4a16", 16, 1, 1.0, 640, 30613.055637091264, 512.0, 0.4366155274632513, 96695.51662695313},
    {"tensorrt-llm", "h200-sxm", "llama-3.1-70b", "w8a8-fp8", 8, 1, 1.0, 2112, 24218.462085385607, 2048.0, 0.21556311223550756, 365648.0814281251},
    {"sglang", "h20", "qwen3-30b-a3b", "w8a8-fp8", 16, 1, 1.0, 1025, 6728.422277115529, 1.0, 0.006680766455684686, 584089.3572135416},
    {"sglang", "h20", "qwen3-30b-a3b", "bf16", 16, 1, 1.0, 1025, 7285.284594188788, 1.0, 0.007237628772757946, 280211.53406249994},
    {"llama.cpp", "strix-halo", "glm-4.7-flash", "q4_k_xl", 16, 1, 1.0, 512, 16942.781663218237, 512.0, 0.23926462273724355, 1393573.5756501183},
    {"llama.cpp", "strix-halo", "gemma-4-26b-a4b", "q8_0", 16, 1, 1.0, 64, 22833.055164330333, 1.0, 0.022696278806465974, 271814.22867838544},
    {"mindie", "ascend-910b", "qwen2.5-7b", "w8a8-int8", 16, 1, 64.0, 1280, 19707.282783342143, 1024.0, 0.05682541962516699, 822862.5786272322},
    {"sglang", "h20", "glm-4.6", "w8a8-fp8", 16, 8, 16.0, 1280, 22944.166094325006, 1024.0, 0.09564197737847663, 939656.1335529891},
};
// clang-format on

class ReferenceStep : public testing::TestWithParam<Reference> {};

TEST_P(ReferenceStep, IsMet) {
  const Reference& r = GetParam();
  const formats::Catalog& catalog = formats::built_in_catalog();
  const hardware::EngineCosts* engine = catalog.kernels->engine(r.engine);
  const hardware::Device* device = catalog.devices.find(r.device);
  const llm::Architecture* architecture = catalog.architectures.find(r.architecture);
  const llm::Scheme* scheme = catalog.schemes.find(r.scheme);
  ASSERT_TRUE(engine != nullptr && device != nullptr && architecture != nullptr && scheme != nullptr);
  const llm::KvFormat kv{.id = "", .bits = r.kv_bits, .source = "", .date = ""};
  const hardware::StepKernels kernels =
      hardware::find_step_kernels(*catalog.kernels, *engine, *architecture, *scheme, *device);
  const roofline::StepModel model(*architecture, *scheme, kv, *device, kernels, r.gpus);
  const roofline::StepTime decode =
      model({.decode_sequences = r.batch, .decode_context = r.context, .sampled_rows = r.batch});
  EXPECT_NEAR(decode.total().value() * 1e6 / r.decode_step_us, 1, 1e-9);
  const roofline::StepTime prefill =
      prefill_time(model, 1, r.prompt, roofline::prompt_context(r.prompt), engine->token_budget);
  EXPECT_NEAR(prefill.total().value() / r.prefill_seconds, 1, 1e-9);
  const roofline::MemoryPlan plan =
      roofline::plan_memory(*architecture, *scheme, *device, *engine, engine->memory_utilization, r.gpus);
  if (r.cached_tokens < 0) {
    EXPECT_FALSE(plan.fits());
    return;
  }
  EXPECT_NEAR(roofline::cached_tokens(*architecture, kv, *engine, plan, r.gpus) / r.cached_tokens, 1, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(All, ReferenceStep, testing::ValuesIn(references));

}  // namespace
}  // namespace bitworth
