// The keys of a case that money, risk and alternatives to quantization need.
#include <gtest/gtest.h>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth::formats {
namespace {

std::string with(const std::string& sections, const std::string& option = "scheme = \"w8a8-fp8\"") {
  return "[hardware]\ndevice = \"h100-sxm\"\n[model]\narchitecture = \"llama-3.1-8b\"\n" + sections +
         "\n[[option]]\n" + option + "\n";
}

const std::string workload =
    "[workload]\nrequests_per_second = 12\nprompt_tokens = { p50 = 1020, p95 = 4083 }\n"
    "output_tokens = { p50 = 129, p95 = 451 }\n";

cases::Case read(const std::string& text) {
  auto c = read_case(text, "case", built_in_catalog());
  for (const Error& problem : c ? Problems() : c.error()) ADD_FAILURE() << to_text(problem) << "\n" << text;
  return c.value();
}

std::string problem_of(const std::string& text) {
  const auto c = read_case(text, "case", built_in_catalog());
  return c ? "none" : c.error().size() == 1 ? to_text(c.error()[0]) : format("{} problems", c.error().size());
}

TEST(CaseAlternatives, ReadsWhatTheMoneyNeeds) {
  const cases::Case c = read(with(
      "updates_per_year = 3\nlifetime_months = \"2 years\"\n" + workload +
      "growth_per_year = \"50 %\"\n[quality]\ntolerated_risk = 0.2\naccuracy = 0.9\n"
      "[money]\nprice_change_per_year = { p10 = -0.3, p50 = -0.1, p90 = 0.2 }\nevaluation_dollars = 400\n"
      "monitoring_hours_per_month = 2\nrefresh_hours = { min = 4, mode = 10, max = 40 }\n"));
  EXPECT_EQ(c.model_updates_per_year, 3);
  EXPECT_NEAR(c.model_lifetime_months.value, 24, 0.01);
  EXPECT_DOUBLE_EQ(c.workload.growth_per_year.value, 0.5);
  EXPECT_DOUBLE_EQ(c.quality.tolerated_risk, 0.2);
  EXPECT_DOUBLE_EQ(c.quality.accuracy, 0.9);
  EXPECT_DOUBLE_EQ(c.money.price_change_per_year.p10, -0.3);
  EXPECT_DOUBLE_EQ(c.money.evaluation_dollars.value, 400);
  EXPECT_DOUBLE_EQ(c.money.monitoring_hours_per_month.value, 2);
  EXPECT_GT(c.money.refresh_hours.value, 10) << "the median of a PERT that leans to the right";
  EXPECT_LT(c.money.refresh_hours.p10, 10);
  EXPECT_DOUBLE_EQ(c.money.hours_correlation, 0.5);
}

TEST(CaseAlternatives, ReadsAnotherDeviceAtItsPrice) {
  const cases::Case c =
      read(with(workload, "scheme = \"bf16\"\ndevice = \"l40s\"\nprice_per_gpu_hour = 1.2"));
  ASSERT_TRUE(c.options[0].hardware);
  EXPECT_EQ(c.options[0].hardware->device.id, "l40s");
  EXPECT_DOUBLE_EQ(c.options[0].hardware->price_per_gpu_hour->value, 1.2);
  EXPECT_EQ(c.options[0].name, "BF16 on NVIDIA L40S");
  const cases::Case catalog = read(with(workload, "scheme = \"bf16\"\ndevice = \"l40s\""));
  EXPECT_EQ(catalog.options[0].hardware->price_per_gpu_hour->provenance, Provenance::imported);
}

TEST(CaseAlternatives, ReadsAnApi) {
  const cases::Case c = read(with(
      workload,
      "api = { dollars_per_million_input = 0.1, dollars_per_million_output = \"$0.4\" }\nname = \"them\""));
  ASSERT_TRUE(c.options[0].api);
  EXPECT_DOUBLE_EQ(c.options[0].api->per_million_input.value, 0.1);
  EXPECT_DOUBLE_EQ(c.options[0].api->per_million_output.value, 0.4);
  EXPECT_EQ(c.options[0].name, "them");
  EXPECT_EQ(c.options[0].quality_loss.provenance, Provenance::prior);
}

// What a host's formats lose grows as other priors do, and lies on no margin by accident.
TEST(CaseAlternatives, ExpectsOfAnApiWhatItsFormatsMayLose) {
  const auto loss = [](const std::string& sections) {
    return read(with(sections, "api = { dollars_per_million_input = 0.1, dollars_per_million_output = 0.4 }"))
        .options[0];
  };
  const cases::Option chat = loss(workload), reasoning = loss(workload + "[quality]\ntask = \"reasoning\"\n");
  EXPECT_LT(chat.quality_loss.p90, 0.9 * built_in_catalog().defaults.number("quality.margin"));
  EXPECT_GT(reasoning.quality_loss.p90, chat.quality_loss.p90);
  EXPECT_TRUE(chat.discordance) << "so that a test can be planned";
  EXPECT_EQ(chat.quality_loss.provenance, Provenance::prior);
}

TEST(CaseAlternatives, RefusesSchemesThatTheEngineDoesNotServe) {
  const auto asked = [](const std::string& engine, const std::string& scheme) {
    return problem_of(
        with("[engine]\nname = \"" + engine + "\"\n" + workload, "scheme = \"" + scheme + "\""));
  };
  EXPECT_EQ(
      asked("llama.cpp", "w8a8-fp8"),
      "case:13:10: llama.cpp does not serve w8a8-fp8: it serves bf16, fp16, mxfp4, w4a16-mxfp4 and GGUF "
      "formats; choose another scheme, or an engine that serves it: vllm, sglang, tensorrt-llm and "
      "transformers");
  for (const auto& [engine, scheme] :
       std::initializer_list<std::pair<std::string, std::string>>{{"vllm", "openvino-int4"},
                                                                  {"vllm", "8da4w"},
                                                                  {"openvino", "w8a8-fp8"},
                                                                  {"tensorrt-llm", "q4_k_m"}})
    EXPECT_TRUE(asked(engine, scheme).find("does not serve") != std::string::npos) << engine << " " << scheme;
  for (const auto& [engine, scheme] :
       std::initializer_list<std::pair<std::string, std::string>>{{"vllm", "w8a8-fp8"},
                                                                  {"llama.cpp", "q4_k_m"},
                                                                  {"openvino", "openvino-int8"},
                                                                  {"transformers", "bnb-nf4"}})
    EXPECT_EQ(asked(engine, scheme), "none") << engine << " " << scheme;
}

// A server starts with more on a large device; a case that says how it batches is taken by its word.
TEST(CaseAlternatives, BatchesAsAServerOnThatDeviceDoes) {
  const auto on = [](const std::string& device, const std::string& more) {
    return read("[hardware]\ndevice = \"" + device +
                "\"\nprice_per_gpu_hour = 1\n[model]\narchitecture = \"llama-3.1-8b\"\n" + workload + more +
                "[[option]]\nscheme = \"w4a16\"\n")
        .engine;
  };
  EXPECT_EQ(on("h100-sxm", "").max_num_seqs, 1024);
  EXPECT_EQ(on("h100-sxm", "").token_budget, 8192);
  EXPECT_EQ(on("a100-80-sxm", "").max_num_seqs, 256) << "large, but excepted";
  EXPECT_EQ(on("a100-80-sxm", "").token_budget, 2048);
  EXPECT_EQ(on("l40s", "").token_budget, 2048);
  EXPECT_EQ(on("h100-sxm", "[engine]\nmax_num_seqs = 64\n").max_num_seqs, 64);
  EXPECT_EQ(on("h100-sxm", "[engine]\nname = \"sglang\"\n").max_num_seqs, 256);
}

TEST(CaseAlternatives, InflatesTokensByTask) {
  EXPECT_GT(read(with(workload + "[quality]\ntask = \"reasoning\"\n")).options[0].token_inflation.p90, 1.04);
  EXPECT_LT(read(with(workload)).options[0].token_inflation.p90, 1.04);
  EXPECT_EQ(read(with(workload, "scheme = \"bf16\"\ngpus_per_replica = 2")).options[0].token_inflation.p90,
            1);
}

TEST(CaseAlternatives, RefusesWhatDoesNotGoTogether) {
  EXPECT_EQ(
      problem_of(with(workload, "scheme = \"w4a16\"\nprice_per_gpu_hour = 1")),
      "case:12:22: price_per_gpu_hour is given, but the option has no device of its own; write device, or "
      "leave the price to [hardware]");
  EXPECT_EQ(
      problem_of(with(workload, "scheme = \"w4a16\"\nquantization_gpu_hours = 4")),
      "case:12:26: quantization_gpu_hours is given, but the checkpoint is ready-made; write checkpoint = "
      "\"self-quantized\", or leave the hours out");
  EXPECT_EQ(problem_of(with(workload, "api = { dollars_per_million_input = 0.1 }")),
            "case:11:7: api has no dollars_per_million_output; write dollars_per_million_output = 0.6");
  EXPECT_EQ(problem_of(with(workload + "[money]\nrefresh_hours = { min = 4, mode = 3, max = 40 }\n")),
            "case:10:17: refresh_hours has min = 4, mode = 3, max = 40; write min, mode and max in ascending "
            "order");
}

}  // namespace
}  // namespace bitworth::formats
