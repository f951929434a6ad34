#include "bitworth/measure/evidence_in_case.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/evidence_file.hpp"
#include "bitworth/report/evidence_json.hpp"
#include "bitworth/roofline/step.hpp"

namespace bitworth::measure {
namespace {

using cases::TimedPhase;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// A model of 1.1 billion parameters on a machine that reads 40 GB/s: q4_0 is 2.4 times as fast at batch 1,
// and slower at 32.
cases::Evidence measured() {
  cases::Evidence e;
  e.date = "2026-01-01T00:00:00Z";
  e.machine = {.cpu = "A processor", .cores = 2, .threads = 2, .memory_bytes = 24e9, .system = "Linux"};
  e.engine = {.name = "llama.cpp", .version = "0.5.0", .build = "", .threads = 2};
  e.model.name = "TinyLlama";
  e.model.parameters = 1.1e9;
  e.model.architecture = *formats::built_in_catalog().architectures.find("llama-3.2-1b");
  for (const auto& [of, median] :
       {std::pair("read", 40e9), std::pair("f32", 2e11), std::pair("bf16", 1e12), std::pair("int8", 8e11)})
    e.rates.push_back({.of = of, .threads = 2, .median = median, .p10 = 0.9 * median, .p90 = 1.1 * median});
  e.files = {{.scheme = "bf16",
              .sha256 = "a",
              .file_bytes = 2'470'000'000,
              .weight_bytes = 2'470'000'000,
              .bits_per_weight = 16},
             {.scheme = "q4_0",
              .sha256 = "b",
              .file_bytes = 770'000'000,
              .weight_bytes = 770'000'000,
              .bits_per_weight = 4.99}};
  const double bf16_seconds[] = {0.065, 0.075, 0.12}, q4_seconds[] = {0.027, 0.06, 0.15};
  for (const int batch : {1, 8, 32})
    e.cells.push_back({.phase = TimedPhase::decode, .batch = batch, .depth = 0, .tokens = 1, .repeats = 8});
  e.cells.push_back({.phase = TimedPhase::prefill, .batch = 1, .depth = 0, .tokens = 512, .repeats = 1});
  for (int block = 0; block < 6; ++block) {
    for (std::size_t cell = 0; cell < 3; ++cell) {
      e.samples.push_back({block, 0, cell, 8 * bf16_seconds[cell]});
      e.samples.push_back({block, 1, cell, 8 * q4_seconds[cell]});
    }
    e.samples.push_back({block, 0, 3, 2.0});
    e.samples.push_back({block, 1, 3, 2.4});
  }
  cases::MeasuredQuality q;
  q.file = 1;
  q.cluster_unit = "document";
  q.kld = {0.0123, 0.011, 0.0135};
  q.same_top = {0.94, 0.93, 0.95};
  q.baseline_perplexity = 5;
  q.perplexity = 5.1;
  e.quality = {q};
  e.noise_floor = cases::MeasuredQuality();
  e.noise_floor->kld = {1e-6, 1e-6, 1e-6};
  e.noise_floor->baseline_perplexity = e.noise_floor->perplexity = 5;
  e.noise_floor->cluster_unit = "document";
  e.text = cases::ComparedText{
      .name = "stories.txt", .sha256 = "c", .context_tokens = 256, .scored_tokens = 1000, .documents = 60};
  return e;
}

cases::Case case_on_host(const cases::Evidence& evidence, const std::string& engine = "llama.cpp") {
  formats::Catalog catalog = formats::built_in_catalog();
  catalog.devices.add(*host_device(evidence, "model.evidence.json"), {});
  const std::string text =
      "[model]\narchitecture = \"llama-3.2-1b\"\n[hardware]\ndevice = \"host\"\nprice_per_gpu_hour = "
      "0.1\n[engine]\nname = \"" +
      engine +
      "\"\n[workload]\nrequests_per_second = 0.01\nprompt_tokens = { p50 = 100, p95 = 200 }\n"
      "output_tokens = { p50 = 50, p95 = 100 }\n[baseline]\nscheme = \"bf16\"\n[[option]]\nscheme = "
      "\"q4_0\"\n";
  auto read = formats::read_case(text, "case.toml", catalog);
  if (!read) throw std::runtime_error(to_text(read.error().front()));
  return *std::move(read);
}

double decode_seconds(const cases::Case& c, const cases::Option& option, double batch) {
  const roofline::StepModel model(c.architecture, option.runs_as, option.kv_cache, c.hardware.device,
                                  option.kernels, 1);
  return model({.decode_sequences = batch, .decode_context = 4, .sampled_rows = batch}).total().value();
}

TEST(EvidenceInCase, OptionsTakeTheTimesThatWereMeasured) {
  const cases::Evidence evidence = measured();
  cases::Case c = case_on_host(evidence);
  apply_evidence(evidence, "x/model.evidence.json", c);
  EXPECT_NEAR(decode_seconds(c, c.baseline, 1) / 0.065, 1, 0.2);
  EXPECT_NEAR(decode_seconds(c, c.options[0], 1) / 0.027, 1, 0.2);
  EXPECT_LT(decode_seconds(c, c.options[0], 1), decode_seconds(c, c.baseline, 1));
  EXPECT_GT(decode_seconds(c, c.options[0], 32), decode_seconds(c, c.baseline, 32));
  EXPECT_EQ(c.options[0].kernels.rung, hardware::Rung::own_measurement);
  EXPECT_THAT(c.warnings,
              Contains(HasSubstr("model.evidence.json: the times of Q4_0 follow 4 speeds measured")));
  ASSERT_TRUE(c.options[0].evidence && c.options[0].evidence->divergence);
  EXPECT_EQ(c.options[0].evidence->divergence->mean_kld, 0.0123);
  EXPECT_EQ(c.options[0].evidence->noise_floor, 1e-6);
  EXPECT_EQ(c.options[0].evidence->provenance, Provenance::measured);
  EXPECT_FALSE(c.baseline.evidence);
}

TEST(EvidenceInCase, SpeedsOfAnotherEngineOrDeviceDoNotCount) {
  const cases::Evidence evidence = measured();
  cases::Case c = case_on_host(evidence, "vllm");
  const double before = decode_seconds(c, c.options[0], 1);
  apply_evidence(evidence, "e.json", c);
  EXPECT_DOUBLE_EQ(decode_seconds(c, c.options[0], 1), before);
  EXPECT_THAT(c.warnings, Contains(HasSubstr("its speeds do not count: the case's engine is vllm")));
}

TEST(EvidenceInCase, SpeedsOfAnotherModelAreSaidToBe) {
  cases::Evidence evidence = measured();
  evidence.model.architecture->layers = 8;
  cases::Case c = case_on_host(evidence);
  apply_evidence(evidence, "e.json", c);
  EXPECT_THAT(c.warnings, Contains(HasSubstr("it is of another model, TinyLlama")));
  EXPECT_FALSE(c.options[0].evidence);
}

TEST(EvidenceInCase, TheHostIsWhatWasProbed) {
  const auto host = host_device(measured(), "e.json");
  ASSERT_TRUE(host);
  EXPECT_EQ(host->id, "host");
  EXPECT_EQ(host->memory_bandwidth.value(), 40e9);
  EXPECT_EQ(host->peak.int8->value(), 8e11);
  cases::Evidence unprobed = measured();
  unprobed.rates.clear();
  EXPECT_FALSE(host_device(unprobed, "e.json"));
}

cases::Evidence of_the_machine_alone() {
  const cases::Evidence all = measured();
  cases::Evidence e;
  e.date = all.date;
  e.machine = all.machine;
  e.engine = all.engine;
  e.rates = all.rates;
  return e;
}

TEST(EvidenceInCase, TheMachineAloneChangesNothingButTheDevice) {
  const cases::Evidence evidence = of_the_machine_alone();
  cases::Case c = case_on_host(evidence);
  EXPECT_EQ(c.hardware.device.memory_bandwidth.value(), 40e9);
  const double before = decode_seconds(c, c.options[0], 1);
  const auto warnings = c.warnings;
  apply_evidence(evidence, "host.json", c);
  EXPECT_DOUBLE_EQ(decode_seconds(c, c.options[0], 1), before);
  EXPECT_EQ(c.warnings, warnings);
  EXPECT_EQ(c.options[0].kernels.rung, case_on_host(evidence).options[0].kernels.rung);
}

TEST(EvidenceFile, TheMachineAloneIsEvidenceToo) {
  const auto json = report::to_json(of_the_machine_alone());
  EXPECT_TRUE(json["model"].is_null());
  const auto read = formats::read_evidence(json.dump(), "host.json");
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(report::to_json(*read), json);
  auto nothing = json;
  nothing["rates"] = nlohmann::ordered_json::array();
  EXPECT_THAT(to_text(formats::read_evidence(nothing.dump(), "e.json").error()),
              HasSubstr("it has no files"));
  auto orphans = report::to_json(measured());
  orphans["model"] = nullptr;
  EXPECT_THAT(to_text(formats::read_evidence(orphans.dump(), "e.json").error()),
              HasSubstr("it lacks the model"));
}

TEST(EvidenceFile, GivesBackWhatWasWritten) {
  const std::string text = report::to_json(measured()).dump();
  const auto read = formats::read_evidence(text, "e.json");
  ASSERT_TRUE(read) << to_text(read.error());
  auto again = report::to_json(*read), first = nlohmann::ordered_json::parse(text);
  EXPECT_EQ(again.dump(1), first.dump(1));
}

TEST(EvidenceFile, SaysWhatItIsNot) {
  const auto refusal = [](const std::string& text) {
    return to_text(formats::read_evidence(text, "e.json").error());
  };
  EXPECT_THAT(refusal("{}"), HasSubstr("e.json: it is not evidence of bitworth measure"));
  EXPECT_THAT(refusal("[1]"), HasSubstr("not a JSON object"));
  auto later = report::to_json(measured());
  later["schema_version"] = 2;
  EXPECT_THAT(refusal(later.dump()), HasSubstr("later version"));
}

// Every value is replaced by others, one at a time: the file is refused or read, and nothing breaks.
void spoil(nlohmann::ordered_json& root, nlohmann::ordered_json& node, int& refused) {
  for (auto& item : node) {
    if (item.is_structured()) spoil(root, item, refused);
    const nlohmann::ordered_json good = item;
    for (const char* bad : {"null", "-1", "1e300", "\"word\"", "[]", "{}", "[[1]]", "0.5"}) {
      item = nlohmann::ordered_json::parse(bad);
      const auto read = formats::read_evidence(root.dump(), "e.json");
      refused += !read;
      if (read && read->samples.size() == measured().samples.size() && read->model.architecture) {
        cases::Case c = case_on_host(measured());
        apply_evidence(*read, "e.json", c);
      }
      item = good;
    }
  }
}

TEST(EvidenceFile, SpoiltValuesBreakNothing) {
  cases::Evidence small = measured();
  small.samples.resize(8);
  auto json = report::to_json(small);
  int refused = 0;
  spoil(json, json, refused);
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace bitworth::measure
