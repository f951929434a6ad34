#include "bitworth/formats/case_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/source_dir.hpp"

namespace bitworth::formats {
namespace {

const std::string minimal_case = R"([model]
architecture = "llama-3.1-8b"
[hardware]
device = "h100-sxm"
[workload]
requests_per_second = 12
prompt_tokens = { p50 = 1020, p95 = 4083 }
output_tokens = { p50 = 129, p95 = 451 }
[[option]]
scheme = "w8a8-fp8"
)";

const std::string full_case = R"(name = "Support chat"
[model]
architecture = "meta-llama/Llama-3.1-8B-Instruct"
updates_per_year = 2
[hardware]
device = "A100 80GB SXM"
price_per_gpu_hour = { p10 = "$3/h", p50 = "$3.85/h", p90 = "$4.40/h", source = "our contract", date = 2026-11-01 }
instance_sizes = [1, 8]
max_gpus_per_replica = 4
min_replicas = 2
headroom = "60 %"
[engine]
name = "sglang"
gpu_memory_utilization = 0.85
max_num_seqs = 128
token_budget = 8192
[workload]
requests_per_second = "720 requests/min"
peak_to_mean = 3
prompt_tokens = { p50 = 1020, p95 = 4083 }
output_tokens = { p50 = 129, p95 = 451 }
slo = { ttft_p99 = "1 s", tpot_p99 = "50 ms" }
[baseline]
name = "Today"
scheme = "BF16"
gpus_per_replica = 1
[[option]]
name = "FP8 everywhere"
scheme = "w8a8-fp8"
kv_cache = "fp8"
checkpoint = "self-quantized"
quantization_hours = { p10 = 4, p50 = 8, p90 = 20 }
quality_loss = { p10 = "-0.1 %", p50 = "0.2 %", p90 = "0.6 %", provenance = "measured" }
gpus_per_replica = 2
[[option]]
scheme = "w4a16"
[quality]
margin = "2 %"
task = "reasoning"
dollars_per_error = 0.5
critical = true
[money]
engineering_hours = "80 h"
engineer_price_per_hour = "$150/h"
horizon_months = "2 years"
discount_rate = 0.08
delay_months = 2
other_monthly_costs = "$90000/month"
[money.hidden_costs]
complexity = { hours_per_month = { p10 = 1, p50 = 4, p90 = 12 }, dollars = 500 }
[team]
engineering_capacity = false
)";

cases::Case read(std::string_view text) {
  const auto result = read_case(text, "case.toml", built_in_catalog());
  if (result) return *result;
  for (const Error& problem : result.error()) ADD_FAILURE() << to_text(problem);
  return {};
}

std::string replaced(std::string text, std::string_view part, std::string_view instead) {
  const std::size_t place = text.find(part);
  EXPECT_NE(place, std::string::npos) << part;
  return text.replace(place, part.size(), instead);
}

void expect_interval(const Estimate& estimate, double p10, double value, double p90) {
  EXPECT_NEAR(estimate.p10, p10, 1e-9);
  EXPECT_NEAR(estimate.value, value, 1e-9);
  EXPECT_NEAR(estimate.p90, p90, 1e-9);
}

TEST(CaseFile, SmallCaseGetsEveryDefault) {
  const cases::Case c = read(minimal_case);
  EXPECT_EQ(c.name, "Llama 3.1 8B on " + c.hardware.device.name);
  EXPECT_EQ(c.architecture.id, "llama-3.1-8b");
  EXPECT_FALSE(c.model_updates_per_year);
  EXPECT_EQ(c.hardware.price_per_gpu_hour->provenance, Provenance::imported);
  EXPECT_EQ(c.hardware.instance_sizes, (std::vector<int>{1, 2, 4, 8}));
  EXPECT_EQ(c.hardware.max_gpus_per_replica, 8);
  EXPECT_EQ(c.hardware.min_replicas, 1);
  EXPECT_DOUBLE_EQ(c.hardware.headroom, 0.7);
  EXPECT_EQ(c.options[0].kernels.linears.name, "fp8");
  EXPECT_EQ(c.baseline.kernels.linears.name, "gemm-16");
  EXPECT_EQ(c.engine.name, "vllm");
  EXPECT_DOUBLE_EQ(c.engine.gpu_memory_utilization, 0.9);
  EXPECT_EQ(c.engine.max_num_seqs, 1024) << "a server of today on an H100";
  EXPECT_EQ(c.engine.token_budget, 8192);
  expect_interval(c.workload.requests_per_second, 9.6, 12, 15);
  EXPECT_DOUBLE_EQ(c.workload.peak_to_mean, 2);
  EXPECT_DOUBLE_EQ(c.workload.output_tokens.p95, 451);
  EXPECT_DOUBLE_EQ(c.workload.slo.ttft_p99->value(), 2);
  EXPECT_DOUBLE_EQ(c.workload.slo.tpot_p99->value(), 0.1);
  EXPECT_EQ(c.baseline.name, "BF16");
  EXPECT_EQ(c.baseline.kv_cache.id, "bf16");
  ASSERT_EQ(c.options.size(), 1U);
  EXPECT_EQ(c.options[0].name, "W8A8-FP8");
  EXPECT_FALSE(c.options[0].expert_parallel);
  EXPECT_TRUE(c.options[0].ready_made);
  EXPECT_DOUBLE_EQ(c.options[0].quantization_hours.value, 0);
  expect_interval(c.options[0].quality_loss, -0.002, 0.001, 0.006);
  EXPECT_DOUBLE_EQ(c.quality.margin, 0.01);
  EXPECT_EQ(c.quality.task, "knowledge");
  EXPECT_FALSE(c.quality.critical);
  expect_interval(c.money.engineering_hours, 16, 40, 120);
  EXPECT_EQ(c.money.engineering_hours.provenance, Provenance::prior);
  EXPECT_EQ(c.money.engineering_hours.source, "default");
  EXPECT_DOUBLE_EQ(c.money.horizon_months, 12);
  ASSERT_EQ(c.money.hidden_costs.size(), 3U) << "engineering_time is engineering_hours";
  EXPECT_EQ(c.money.hidden_costs[0].key, "quality_regression_risk");
  expect_interval(c.money.hidden_costs[0].hours, 0, 2, 40);
  EXPECT_EQ(c.money.hidden_costs[0].hours.provenance, Provenance::prior);
  expect_interval(c.money.hidden_costs[1].hours_per_month, 0.5, 2, 6);
  expect_interval(c.money.hidden_costs[2].hours_per_month, 0, 1, 6);
  EXPECT_DOUBLE_EQ(c.thresholds.high_volume_requests_per_day, 1e6);
  EXPECT_DOUBLE_EQ(c.thresholds.frequent_updates_per_year, 4);
  EXPECT_TRUE(c.warnings.empty());
}

TEST(CaseFile, FullCaseIsTakenAtItsWord) {
  const cases::Case c = read(full_case);
  EXPECT_EQ(c.name, "Support chat");
  EXPECT_EQ(c.architecture.id, "llama-3.1-8b");
  EXPECT_EQ(c.model_updates_per_year, 2);
  EXPECT_EQ(c.hardware.device.id, "a100-80-sxm");
  expect_interval(*c.hardware.price_per_gpu_hour, 3, 3.85, 4.4);
  EXPECT_EQ(c.hardware.price_per_gpu_hour->source, "our contract");
  EXPECT_EQ(c.hardware.price_per_gpu_hour->date, "2026-11-01");
  EXPECT_EQ(c.hardware.instance_sizes, (std::vector<int>{1, 8}));
  EXPECT_EQ(c.hardware.max_gpus_per_replica, 4);
  EXPECT_EQ(c.hardware.min_replicas, 2);
  EXPECT_DOUBLE_EQ(c.hardware.headroom, 0.6);
  EXPECT_EQ(c.options[0].kernels.engine.name, "sglang");
  EXPECT_EQ(c.engine.name, "sglang");
  EXPECT_EQ(c.engine.token_budget, 8192);
  expect_interval(c.workload.requests_per_second, 9.6, 12, 15);
  EXPECT_DOUBLE_EQ(c.workload.slo.tpot_p99->value(), 0.05);
  EXPECT_EQ(c.baseline.name, "Today");
  EXPECT_EQ(c.baseline.gpus_per_replica, 1);
  ASSERT_EQ(c.options.size(), 2U);
  EXPECT_EQ(c.options[0].name, "FP8 everywhere");
  EXPECT_FALSE(c.options[0].ready_made);
  expect_interval(c.options[0].quantization_hours, 4, 8, 20);
  expect_interval(c.options[0].quality_loss, -0.001, 0.002, 0.006);
  EXPECT_EQ(c.options[0].gpus_per_replica, 2);
  EXPECT_EQ(c.options[1].name, "W4A16");
  EXPECT_DOUBLE_EQ(c.options[1].quality_loss.value, 0.015);
  EXPECT_DOUBLE_EQ(c.quality.margin, 0.02);
  EXPECT_EQ(c.quality.dollars_per_error, 0.5);
  EXPECT_EQ(c.quality.critical, true);
  expect_interval(c.money.engineering_hours, 80 / 1.5, 80, 120);
  EXPECT_DOUBLE_EQ(c.money.horizon_months, 24);
  EXPECT_NEAR(c.money.other_monthly_costs.value(), 90000, 1e-6);
  ASSERT_EQ(c.money.hidden_costs.size(), 3U) << "what is not stated keeps its prior";
  EXPECT_EQ(c.money.hidden_costs[1].key, "complexity");
  expect_interval(c.money.hidden_costs[1].hours_per_month, 1, 4, 12);
  expect_interval(c.money.hidden_costs[1].dollars, 500, 500, 500);
  expect_interval(c.money.hidden_costs[1].hours, 0, 0, 0);
  EXPECT_EQ(c.money.hidden_costs[1].hours.provenance, Provenance::stated);
  EXPECT_EQ(c.money.hidden_costs[2].hours_per_month.provenance, Provenance::prior);
  EXPECT_EQ(c.team.engineering_capacity, false);
}

TEST(CaseFile, SaysWhatRunsWhereUnitsAreMissing) {
  const cases::Case c = read(full_case);
  EXPECT_EQ(c.options[0].scheme.id, "w8a8-fp8");
  EXPECT_EQ(c.options[0].runs_as.id, "w8a16-fp8");
  const std::string expected =
      format("W8A8-FP8 runs as W8A16-FP8 on {}: it has no FP8 units", c.hardware.device.name);
  EXPECT_EQ(std::ranges::count(c.warnings, expected), 1);
  EXPECT_EQ(read(full_case + "[[option]]\nscheme = \"w8a8-fp8\"\n").warnings, c.warnings);
  EXPECT_EQ(read(minimal_case).options[0].runs_as.id, "w8a8-fp8");
}

TEST(CaseFile, SchemeBringsItsKvCacheAlongUnlessTold) {
  const std::string brings = replaced(minimal_case, "w8a8-fp8", "w8a8-fp8-kv8");
  EXPECT_EQ(read(brings).options[0].kv_cache.id, "fp8");
  EXPECT_EQ(read(brings).options[0].name, "W8A8-FP8-KV8");
  EXPECT_EQ(read(brings + "kv_cache = \"bf16\"\n").options[0].kv_cache.id, "bf16");
  EXPECT_EQ(read(minimal_case + "kv_cache = \"fp8\"\n").options[0].name, "W8A8-FP8 + FP8 KV");
  EXPECT_EQ(read(minimal_case + "gpus_per_replica = 2\n").options[0].name, "W8A8-FP8 on 2 GPUs");
}

TEST(CaseFile, ExpertParallelismIsAnOptionOfItsOwn) {
  const std::string mixture = replaced(minimal_case, "llama-3.1-8b", "qwen3-30b-a3b");
  const cases::Case c = read(mixture + "[[option]]\nscheme = \"w8a8-fp8\"\nexpert_parallel = true\n");
  ASSERT_EQ(c.options.size(), 2U);
  EXPECT_FALSE(c.options[0].expert_parallel);
  EXPECT_TRUE(c.options[1].expert_parallel);
  EXPECT_EQ(c.options[1].name, "W8A8-FP8 with expert parallelism");
}

TEST(CaseFile, LossesAreAgainstTheBaseline) {
  // FP8 0.001 [-0.002, 0.006] and its KV cache 0.0005 [-0.001, 0.003]: medians add, spreads add in
  // quadrature.
  const cases::Case both = read(minimal_case + "kv_cache = \"fp8\"\n");
  expect_interval(both.options[0].quality_loss, 0.0015 - std::hypot(0.003, 0.0015), 0.0015,
                  0.0015 + std::hypot(0.005, 0.0025));
  // Against an FP8 baseline only the cache is new.
  const std::string fp8_baseline = "[baseline]\nscheme = \"w8a8-fp8\"\n";
  const cases::Case cache_only = read(minimal_case + "kv_cache = \"fp8\"\n" + fp8_baseline);
  expect_interval(cache_only.options[0].quality_loss, -0.001, 0.0005, 0.003);
  // And 4 bits lose 0.008 [0.003, 0.015] less what FP8 has lost already.
  const cases::Case four_bits = read(replaced(minimal_case, "w8a8-fp8", "w4a16") + fp8_baseline);
  expect_interval(four_bits.options[0].quality_loss, 0.007 - std::hypot(0.005, 0.005), 0.007,
                  0.007 + std::hypot(0.007, 0.003));
}

TEST(CaseFile, SelfQuantizedCostsHours) {
  const cases::Case c = read(minimal_case + "checkpoint = \"self-quantized\"\n");
  expect_interval(c.options[0].quantization_hours, 8, 16, 48);
  EXPECT_EQ(c.options[0].quantization_hours.source, "default");
}

TEST(CaseFile, TakesADeviceOfItsOwn) {
  const cases::Case c =
      read(replaced(minimal_case, "\"h100-sxm\"",
                    "{ name = \"My GPU\", memory = \"48 GB\", memory_bandwidth = \"900 GB/s\", "
                    "peak = { fp16 = \"100 TFLOP/s\", fp8 = \"200 TFLOP/s\" } }"));
  EXPECT_EQ(c.hardware.device.id, "my-gpu");
  EXPECT_DOUBLE_EQ(c.hardware.device.memory.value(), 48e9);
  EXPECT_FALSE(c.hardware.price_per_gpu_hour);
  EXPECT_EQ(
      c.warnings,
      (std::vector<std::string>{"no price is known for My GPU: give price_per_gpu_hour to be told dollars"}));
}

TEST(CaseFile, WarnsOfWhatItDoubts) {
  const std::string approximate = [] {
    for (const llm::Architecture& a : built_in_catalog().architectures.all())
      if (a.approximate) return a.id;
    return std::string();
  }();
  EXPECT_TRUE(read(replaced(minimal_case, "llama-3.1-8b", approximate))
                  .warnings.at(0)
                  .contains("is described approximately: its times are less certain than the intervals say"));
  EXPECT_TRUE(read(replaced(minimal_case, "h100-sxm", "epyc-9654"))
                  .warnings.at(0)
                  .starts_with("the figures of AMD EPYC 9654 (Genoa) are not certain: One socket."));
  EXPECT_EQ(read(replaced(minimal_case, "p95 = 4083", "p95 = 200000")).warnings.at(0),
            "a prompt and an answer at their 95th percentiles are 200451 tokens, Llama 3.1 8B reads 131072");
}

TEST(CaseFile, ReportsAFileThatCannotBeRead) {
  EXPECT_EQ(
      to_text(read_case_file("/no/such/case.toml", built_in_catalog()).error().at(0)),
      "/no/such/case.toml: cannot be read: No such file or directory; give the path of a case, a TOML file");
  EXPECT_EQ(to_text(read_case_file("/", built_in_catalog()).error().at(0)),
            "/: cannot be read: it is a folder; give the path of a case, a TOML file");
}

TEST(CaseFile, ShippedExamplesAreValid) {
  for (const std::string name : {"support-chat", "internal-tool", "reasoning-assistant"}) {
    const std::string path = bitworth::source_dir() / "examples" / (name + ".toml");
    const auto result = read_case_file(path, built_in_catalog());
    EXPECT_TRUE(result) << to_text(result.error().at(0));
  }
}

void expect_case_or_problems(const std::string& text) {
  const auto result = read_case(text, "case.toml", built_in_catalog());
  if (result) {
    EXPECT_FALSE(result->options.empty());
    EXPECT_TRUE(std::isfinite(result->workload.requests_per_second.p90));
  } else {
    EXPECT_FALSE(result.error().empty());
    for (const Error& problem : result.error()) EXPECT_FALSE(problem.message.empty());
  }
}

// The path starts at the case's folder, wherever the program runs.
TEST(CaseFile, ReadsTheArchitectureFromFilesBesideIt) {
  const tests::ScratchFolder folder;
  std::filesystem::create_directory(folder / "model");
  std::ofstream(folder / "model/config.json") << R"({"model_type": "llama", "num_hidden_layers": 4,
    "hidden_size": 256, "num_attention_heads": 8, "num_key_value_heads": 4, "intermediate_size": 768,
    "vocab_size": 512, "tie_word_embeddings": true, "torch_dtype": "bfloat16"})";
  std::ofstream(folder / "case.toml") << replaced(minimal_case, "llama-3.1-8b", "model/config.json");
  const auto result = read_case_file((folder / "case.toml").string(), built_in_catalog());
  ASSERT_TRUE(result) << to_text(result.error().front());
  EXPECT_EQ(result->architecture.layers, 4);
  EXPECT_EQ(result->architecture.head_dim, 32);
  EXPECT_EQ(result->architecture.kv_heads, 4);
}

// A case beside a log of three requests, 0.4 a second on average.
class CaseWithTrace : public testing::Test {
 protected:
  void SetUp() override { write("log.csv", "ms,in,out\n1000,32,3\n2000,10,4\nnonsense\n6000,20,5\n"); }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  // Reads the minimal case with this in place of its workload.
  std::expected<cases::Case, Problems> read(const std::string& keys) {
    const std::size_t begin = minimal_case.find("requests_per_second"), end = minimal_case.find("[[option]]");
    write("case.toml", minimal_case.substr(0, begin) + keys + "\n" + minimal_case.substr(end));
    return read_case_file((folder_ / "case.toml").string(), built_in_catalog());
  }

  tests::ScratchFolder folder_;
  const std::string trace_ =
      "trace = \"log.csv\"\ncolumns = { arrival = \"ms\", prompt_tokens = \"in\", output_tokens = \"out\" }\n"
      "time_unit = \"ms\"\n";
};

TEST_F(CaseWithTrace, FollowsTheLogWhereItIsSilent) {
  const auto result = read(trace_);
  ASSERT_TRUE(result) << to_text(result.error().front());
  const workload::Workload& w = result->workload;
  ASSERT_TRUE(w.log);
  ASSERT_EQ(w.log->size(), 3U);
  EXPECT_EQ((*w.log)[2], (workload::Request{5'000'000'000, 20, 5}));
  EXPECT_DOUBLE_EQ(w.requests_per_second.value, 0.4);
  EXPECT_DOUBLE_EQ(w.requests_per_second.p90, 0.4 * 1.25);
  EXPECT_EQ(w.requests_per_second.provenance, Provenance::measured);
  EXPECT_DOUBLE_EQ(w.prompt_tokens.p50, 20);
  EXPECT_DOUBLE_EQ(w.output_tokens.p50, 4);
  EXPECT_DOUBLE_EQ(w.peak_to_mean, 2);
  EXPECT_DOUBLE_EQ(w.rank_correlation, -0.5);
  EXPECT_DOUBLE_EQ(w.gap_cv, 0.6);  // gaps of 1 and 4 s
  ASSERT_EQ(result->warnings.size(), 2U);
  EXPECT_EQ(result->warnings[0], "1 bad line of log.csv left out: bitworth workload shows them");
}

TEST_F(CaseWithTrace, GoesBeforeTheLogWhereItStatesSomething) {
  const auto result =
      read(trace_ + "requests_per_second = 8\npeak_to_mean = 3\nprompt_tokens = { p50 = 700, p95 = 700 }");
  ASSERT_TRUE(result) << to_text(result.error().front());
  EXPECT_EQ(result->workload.requests_per_second.value, 8);
  EXPECT_EQ(result->workload.peak_to_mean, 3);
  EXPECT_EQ((*result->workload.log)[1], (workload::Request{1'000'000'000, 700, 4}));
  EXPECT_DOUBLE_EQ(result->workload.prompt_tokens.p95, 700);
}

TEST_F(CaseWithTrace, RefusesWhatTheLogTellsAlready) {
  const auto result = read(trace_ + "arrivals = { gap_cv = 2 }\nprefix_sharing = { tokens = 64 }");
  ASSERT_FALSE(result);
  ASSERT_EQ(result.error().size(), 2U);
  EXPECT_EQ(result.error()[0].message, "arrivals is given beside a trace that tells it");
  EXPECT_FALSE(read(trace_ + "bad_lines = 0"));
}

TEST_F(CaseWithTrace, ALogOfADayTellsItsPeak) {
  std::string log = "ms,in,out\n";
  for (int hour = 0; hour <= 24; ++hour) {
    for (int i = 0; i < (hour == 7 ? 6 : 1); ++i) log += format("{},5,5\n", hour * 3'600'000 + i);
  }
  write("log.csv", log);
  const auto result = read(trace_);
  ASSERT_TRUE(result) << to_text(result.error().front());
  EXPECT_NEAR(result->workload.peak_to_mean, 6 * 24.0 / 30, 1e-9);
  EXPECT_TRUE(result->warnings.empty());
}

TEST_F(CaseWithTrace, LengthsAloneNeedALoad) {
  write("log.csv", "in,out\n5,6\n7,8\n");
  const std::string columns =
      "trace = \"log.csv\"\ncolumns = { prompt_tokens = \"in\", output_tokens = \"out\" }\n";
  EXPECT_FALSE(read(columns));
  const auto result = read(columns + "requests_per_second = 2\narrivals = { gap_cv = 2 }");
  ASSERT_TRUE(result) << to_text(result.error().front());
  EXPECT_EQ(result->workload.gap_cv, 2);
}

TEST_F(CaseWithTrace, ANamedWorkloadGivesLengthsAndArrivals) {
  const auto result = read("requests_per_second = 3\nnamed = \"chat\"\ngrowth_per_year = \"50 %\"");
  ASSERT_TRUE(result) << to_text(result.error().front());
  const workload::Workload& w = result->workload;
  EXPECT_EQ(w.prompt_tokens.p50, 1020);
  EXPECT_EQ(w.output_tokens.p95, 451);
  EXPECT_EQ(w.gap_cv, 1.09);
  EXPECT_EQ(w.rank_correlation, 0.073);
  EXPECT_EQ(w.growth_per_year.value, 0.5);
  const auto own = read(
      "requests_per_second = 3\nnamed = \"chat\"\noutput_tokens = { p50 = 5, p95 = 9, p99 = 20 }\n"
      "prefix_sharing = { tokens = 64, prefixes = 2, share = 0.5 }");
  ASSERT_TRUE(own) << to_text(own.error().front());
  EXPECT_NEAR(own->workload.output_tokens.quantile(0.99), 20, 1e-9);
  EXPECT_EQ(own->workload.prefix_sharing->prefixes, 2);
}

TEST(CaseFile, SurvivesEveryTruncation) {
  for (std::size_t length = 0; length < full_case.size(); ++length)
    expect_case_or_problems(full_case.substr(0, length));
}

TEST(CaseFile, SurvivesFlippedAndSwappedBytes) {
  Rng rng(20261121);
  for (int round = 0; round < 3000; ++round) {
    std::string text = full_case;
    for (std::uint64_t flips = 1 + rng.bits() % 4; flips > 0; --flips) {
      const std::size_t place = rng.bits() % text.size();
      if (rng.bits() % 2 == 0) {
        text[place] = static_cast<char>(rng.bits() % 256);
      } else {
        std::swap(text[place], text[rng.bits() % text.size()]);
      }
    }
    expect_case_or_problems(text);
  }
}

// What a model was trained in is its reference, as 16 bits are of others, and what it is served in unless
// told.
TEST(CaseFile, AModelsOwnFormatLosesNothing) {
  const auto with = [](const std::string& baseline, const std::string& option) {
    const auto result = read_case(
        "[model]\narchitecture = \"gpt-oss-20b\"\n[hardware]\ndevice = \"h100-sxm\"\n[workload]\n"
        "requests_per_second = 1\nprompt_tokens = { p50 = 100, p95 = 200 }\noutput_tokens = { p50 = 100, p95 "
        "= "
        "200 }\n[baseline]\n" +
            baseline + "\n[[option]]\nscheme = \"" + option + "\"\n",
        "case.toml", built_in_catalog());
    EXPECT_TRUE(result) << to_text(result.error().front());
    return result.value_or(cases::Case());
  };
  const cases::Case usual = with("", "w8a8-fp8");
  EXPECT_EQ(usual.baseline.scheme.id, "w4a16-mxfp4");
  ASSERT_EQ(usual.options.size(), 1U);
  EXPECT_GE(usual.options[0].quality_loss.value, 0);
  EXPECT_EQ(usual.options[0].quality_loss.provenance, Provenance::prior);
  const cases::Case wide = with("scheme = \"bf16\"", "w4a16-mxfp4");
  ASSERT_EQ(wide.options.size(), 1U);
  EXPECT_EQ(wide.options[0].quality_loss.value, 0);
  EXPECT_EQ(wide.options[0].quality_loss.p90, 0);
}

// A case in a folder of the repository, so that paths from it are the fixtures'.
std::expected<cases::Case, Problems> case_with_quality(const std::string& option_lines,
                                                       const std::string& quality_lines = "") {
  const std::string text = R"([model]
architecture = "llama-3.1-8b"
[hardware]
device = "h100-sxm"
[workload]
requests_per_second = 12
prompt_tokens = { p50 = 1020, p95 = 4083 }
output_tokens = { p50 = 129, p95 = 451 }
[[option]]
scheme = "w4a16"
)" + option_lines + "\n[quality]\n" +
                           quality_lines + "\n";
  return read_case(text, (source_dir() / "tests/golden/quality/case.toml").string(), built_in_catalog());
}

TEST(CaseQuality, OutcomesReplaceThePrior) {
  const auto c = case_with_quality(
      "quality = { pairs = \"pairs.jsonl\", provenance = \"measured\", date = \"2026-03-01\" }",
      "slices = [\"tool-calls\"]\nalpha = 0.05\npower = 0.9");
  ASSERT_TRUE(c) << to_text(c.error().at(0));
  const cases::Option& option = c->options[0];
  EXPECT_NEAR(option.quality_loss.value, 7.0 / 1500, 1e-12);
  EXPECT_LT(option.quality_loss.p10, 0);
  EXPECT_EQ(option.quality_loss.provenance, Provenance::measured);
  EXPECT_EQ(option.quality_loss.source, "pairs.jsonl");
  EXPECT_EQ(option.quality_loss.date, "2026-03-01");
  EXPECT_EQ(c->quality.slices, std::vector<std::string>{"tool-calls"});
  EXPECT_EQ(c->quality.alpha, 0.05);
  EXPECT_EQ(c->quality.power, 0.9);
}

TEST(CaseQuality, RunsOfTheHarnessAreImported) {
  const auto c = case_with_quality(
      "quality = { baseline = \"runs/bf16\", candidate = \"runs/w4a16\", filter = \"strict-match\" }");
  ASSERT_TRUE(c) << to_text(c.error().at(0));
  EXPECT_NEAR(c->options[0].quality_loss.value, 0.05, 1e-12);
  EXPECT_EQ(c->options[0].quality_loss.provenance, Provenance::imported);
  EXPECT_EQ(c->options[0].quality_loss.source, "w4a16 against bf16");
}

TEST(CaseQuality, AKldLeavesThePriorAlone) {
  const auto c = case_with_quality("quality = { kld = \"kld.txt\", noise_floor = 0.0003 }");
  ASSERT_TRUE(c) << to_text(c.error().at(0));
  EXPECT_EQ(c->options[0].quality_loss.provenance, Provenance::prior);
  EXPECT_DOUBLE_EQ(c->options[0].evidence->divergence->mean_kld, 0.41);
  EXPECT_DOUBLE_EQ(c->options[0].evidence->noise_floor.value(), 0.0003);
  EXPECT_DOUBLE_EQ(c->options[0].discordance->value, 0.06);
}

TEST(CaseQuality, RefusesTwoAnswersAndUnknownSlices) {
  const auto twice = case_with_quality("quality = { pairs = \"pairs.jsonl\" }\nquality_loss = 0.01");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().at(0).message, "quality_loss is given, and so are outcomes");
  const auto slices = case_with_quality("quality = { pairs = \"pairs.jsonl\" }", "slices = [\"tool-cals\"]");
  ASSERT_FALSE(slices);
  EXPECT_EQ(slices.error().at(0).message,
            "the outcomes have no slice \"tool-cals\", which [quality] slices names");
  EXPECT_EQ(slices.error().at(0).hint, "did you mean \"tool-calls\"?");
  const auto broken = case_with_quality("quality = { pairs = \"broken.jsonl\" }");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().at(0).position.line, 2U);
}

}  // namespace
}  // namespace bitworth::formats
