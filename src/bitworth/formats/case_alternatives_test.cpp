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
