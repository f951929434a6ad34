#include "bitworth/formats/measured_pairs.hpp"

#include <gtest/gtest.h>

#include "bitworth/formats/pair_names.hpp"
#include "bitworth/validation/predict.hpp"
#include "bitworth/validation/score.hpp"

namespace bitworth::formats {
namespace {

const std::string row =
    R"({"model": "Llama-3.1-8B", "hardware": "H100 80GB", "engine": "vLLM", "baseline_format": "bf16", )"
    R"("format": "w4a16", "phase": "decode", "batch": 1, "input_len": null, "n_gpus_base": 1, "n_gpus_quant": 1, )"
    R"("speedup": 1.4, "source": "s", "some_other_key": [1, {}]})";

std::string with(const std::string& from, const std::string& to) {
  std::string changed = row;
  changed.replace(changed.find(from), from.size(), to);
  return changed;
}

MeasuredPairs parse(const std::string& text) {
  return parse_measured_pairs(text, built_in_catalog());
}

std::string reason(const std::string& text) {
  const MeasuredPairs parsed = parse(text);
  return parsed.refused.size() == 1 && parsed.pairs.empty() ? parsed.refused[0].reason : "?";
}

TEST(MeasuredPairs, ARowIsResolved) {
  const MeasuredPairs parsed = parse(row + "\n");
  ASSERT_EQ(parsed.pairs.size(), 1U);
  const cases::ResolvedPair& pair = parsed.pairs[0];
  EXPECT_EQ(pair.architecture->id, "llama-3.1-8b");
  EXPECT_EQ(pair.device->id, "h100-sxm");
  EXPECT_EQ(pair.quantized.scheme.id, "w4a16");
  EXPECT_EQ(pair.quantized.kernels.linears.name, "marlin-4");
  EXPECT_EQ(pair.baseline.kernels.linears.name, "gemm-16");
  EXPECT_EQ(pair.quantized.kernels.engine.name, "vllm");
  EXPECT_FALSE(pair.approximate);
  EXPECT_FALSE(pair.pair.prompt_tokens);
}

TEST(MeasuredPairs, BadRowsAreCountedAndTheOthersKept) {
  const MeasuredPairs parsed = parse(row + "\n\nnot json\n{\"model\": 3}\n" + row);
  EXPECT_EQ(parsed.pairs.size(), 2U);
  EXPECT_EQ(parsed.pairs[1].pair.line, 5);
  ASSERT_EQ(parsed.refused.size(), 2U);
  EXPECT_EQ(parsed.refused[0].line, 3);
  EXPECT_EQ(parsed.refused[0].reason, "it is no JSON object");
}

TEST(MeasuredPairs, RefusalsGiveTheReason) {
  EXPECT_EQ(reason(with("vLLM", "FooServe")), "unknown engine \"FooServe\"");
  EXPECT_EQ(reason(with("w4a16", "w3a3")), "unknown format \"w3a3\"");
  EXPECT_EQ(reason(with("H100 80GB", "Abacus")), "unknown device \"Abacus\"");
  EXPECT_EQ(reason(with("Llama-3.1-8B", "Foo-9")),
            "unknown model \"Foo-9\", and its parameters are not stated");
  EXPECT_EQ(reason(with("1.4", "-1")), "speedup is -1, not 1e-06 to 1000000");
  EXPECT_EQ(reason(with("\"batch\": 1", "\"batch\": 1e300")), "batch is 1e+300, not 1 to 100000000");
  EXPECT_EQ(reason(with("\"batch\": 1", "\"batch\": \"x\"")), "batch is no number");
}

// Where the counts of GPUs differ, the gain is one GPU's against one GPU's.
TEST(MeasuredPairs, SpeedupsArePerGpu) {
  const std::string four = with("\"n_gpus_base\": 1", "\"n_gpus_base\": 4");
  EXPECT_DOUBLE_EQ(parse(four).pairs[0].pair.speedup, 5.6);
  std::string stated = four;
  stated.insert(1, "\"speedup_per_gpu\": 5.5, ");
  EXPECT_DOUBLE_EQ(parse(stated).pairs[0].pair.speedup, 5.5);
}

TEST(MeasuredPairs, CsvGoesByItsHeader) {
  const std::string header = "quant,base,fam,system,backend,isl,osl,batch_size,tp_size,tpot_speedup,else\n";
  const MeasuredPairs parsed =
      parse(header + "fp4,fp8,meta-llama/Llama-3.1-70B,b200_sxm,trtllm,1024,1024,4.0,2.0,1.083,x\nfp4,fp8\n");
  ASSERT_EQ(parsed.pairs.size(), 1U);
  const cases::ResolvedPair& pair = parsed.pairs[0];
  EXPECT_EQ(pair.quantized.kernels.linears.name, "trt-nvfp4");
  EXPECT_EQ(pair.baseline.kernels.linears.name, "trt-fp8");
  EXPECT_EQ(pair.quantized.kv_cache.bits, 8);
  EXPECT_EQ(pair.quantized.gpus, 2);
  ASSERT_EQ(parsed.refused.size(), 1U);
  EXPECT_EQ(parsed.refused[0].reason, "it has 2 fields, the header 11");
}

TEST(PairNames, AnUnknownModelIsShapedByItsSize) {
  const auto dense = architecture_named("Foo 9B", 9e9, built_in_catalog());
  ASSERT_TRUE(dense.thing);
  EXPECT_TRUE(dense.approximate);
  EXPECT_NEAR(llm::count_parameters(*dense.thing).total() / 9e9, 1, 0.1);
  EXPECT_FALSE(dense.thing->moe);
  const auto mixture = architecture_named("Foo-50B-A5B", 50e9, built_in_catalog());
  EXPECT_TRUE(mixture.thing->moe);
  EXPECT_FALSE(architecture_named("Foo", std::nullopt, built_in_catalog()).thing);
}

TEST(PairNames, AnUnknownDeviceIsTakenByItsClass) {
  const auto device = device_named("NVIDIA GeForce RTX 7090 Ti", built_in_catalog());
  ASSERT_TRUE(device.thing);
  EXPECT_TRUE(device.approximate);
  EXPECT_EQ(device.thing->device_class, "consumer-gpu");
  EXPECT_EQ(device_named("some CPU", built_in_catalog()).thing->device_class, "cpu");
  EXPECT_FALSE(device_named("abacus", built_in_catalog()).thing);
}

TEST(PairNames, AStandInWidensTheInterval) {
  const auto known = validation::predict(parse(row).pairs[0]);
  std::string other = with("Llama-3.1-8B", "Foo-8B");
  other.insert(1, "\"params_b\": 8.03, ");
  const auto stand_in = validation::predict(parse(other).pairs[0]);
  EXPECT_GT(stand_in->sigma, known->sigma + 0.1);
}

TEST(PairNames, RowsOfACellShareItsWeight) {
  const MeasuredPairs parsed =
      parse(row + "\n" + with("\"batch\": 1", "\"batch\": 8") + "\n" + with("w4a16", "fp8-w8a8"));
  const validation::Validation result = validation::validate(parsed.pairs, parsed.refused);
  ASSERT_EQ(result.pairs.size(), 3U);
  EXPECT_EQ(result.pairs[0].weight, 0.5);
  EXPECT_EQ(result.pairs[1].weight, 0.5);
  EXPECT_EQ(result.pairs[2].weight, 1);
}

}  // namespace
}  // namespace bitworth::formats
