#include "bitworth/formats/case_edit.hpp"

#include <gtest/gtest.h>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/toml_document.hpp"
#include "bitworth/stats/distributions.hpp"

namespace bitworth::formats {
namespace {

constexpr std::string_view text =
    "# Größe\n"
    "[model]\n"
    "architecture = \"llama-3.1-8b\"\n"
    "[hardware]   # rented\n"
    "device = \"h100-sxm\"\n"
    "price_per_gpu_hour = 3.85 # a contract\n"
    "[workload]\n"
    "requests_per_second = { p10 = 6, p50 = 12, p90 = 30 }\n"
    "prompt_tokens = { p50 = 1000, p95 = 4000 }\n"
    "output_tokens = { p50 = 100, p95 = 400 }\n"
    "[[option]]\n"
    "scheme = \"w8a8-fp8\"\n"
    "[[option]]\n"
    "scheme = \"w4a16\" # second\n";

std::string edited(std::vector<CaseEdit> edits) {
  const auto result = edit_case(text, edits);
  EXPECT_TRUE(result) << (result ? "" : to_text(result.error().front()));
  if (result) {
    EXPECT_TRUE(parse_toml(*result, "edited")) << *result;
  }
  return result.value_or("");
}

std::string with(std::string_view from, std::string_view to) {
  std::string result(text);
  return result.replace(result.find(from), from.size(), to);
}

TEST(CaseEdit, NothingChangesNothing) {
  EXPECT_EQ(edited({}), text);
}

TEST(CaseEdit, AValueChangesAndItsCommentStays) {
  EXPECT_EQ(edited({{"hardware.price_per_gpu_hour", 4.5}}), with("3.85", "4.5"));
  EXPECT_EQ(edited({{"option.1.scheme", "w4a16-gptq"}}), with("\"w4a16\"", "\"w4a16-gptq\""));
}

TEST(CaseEdit, QuantilesScaleTogether) {
  EXPECT_EQ(edited({{"workload.requests_per_second", 24.0}}),
            with("{ p10 = 6, p50 = 12, p90 = 30 }", "{ p10 = 12, p50 = 24, p90 = 60 }"));
  EXPECT_EQ(edited({{"workload.prompt_tokens", 500.0}}),
            with("{ p50 = 1000, p95 = 4000 }", "{ p50 = 500, p95 = 2000 }"));
}

TEST(CaseEdit, ARangeScalesToItsNewMedian) {
  const auto hours = [](std::string_view range, double median) {
    return edit_case(format("[money]\nengineering_hours = {}\n", range),
                     std::vector<CaseEdit>{{"money.engineering_hours", median}});
  };
  EXPECT_EQ(hours(R"({ min = 20, mode = 40, max = 60, shape = "triangular" })", 80),
            "[money]\nengineering_hours = { min = 40, mode = 80, max = 120, shape = \"triangular\" }\n");
  const auto pert = parse_toml(*hours("{ min = 30, mode = 60, max = 200 }", 50), "edited");
  const TomlNode* range = pert->find("money")->find("engineering_hours");
  const double low = range->find("min")->number, mode = range->find("mode")->number;
  const stats::Pert scaled{low, mode, range->find("max")->number};
  EXPECT_NEAR(scaled.quantile(0.5), 50, 1e-6);
  EXPECT_NEAR(mode / low, 2, 1e-9);
  EXPECT_FALSE(hours("{ min = 60, mode = 30, max = 20 }", 50));
}

TEST(CaseEdit, AnAbsentKeyGoesBelowItsHeader) {
  EXPECT_EQ(edited({{"workload.peak_to_mean", 3.0}}), with("[workload]\n", "[workload]\npeak_to_mean = 3\n"));
}

TEST(CaseEdit, AnAbsentTableGoesToTheEnd) {
  EXPECT_EQ(edited({{"money.engineering_hours", 12.5}}),
            std::string(text) + "\n[money]\nengineering_hours = 12.5\n");
}

TEST(CaseEdit, ATableWithoutAHeaderGetsOne) {
  const std::string device = "[hardware.device]\nname = \"own\"\n";
  EXPECT_EQ(edit_case(device, std::vector<CaseEdit>{{"hardware.price_per_gpu_hour", 2.0}}),
            device + "\n[hardware]\nprice_per_gpu_hour = 2\n");
}

TEST(CaseEdit, ANewDeviceDropsTheOldPrice) {
  std::string expected = with("\"h100-sxm\"", "\"l40s\"");
  const std::string_view price = "price_per_gpu_hour = 3.85";
  expected.erase(expected.find(price), price.size());
  EXPECT_EQ(edited({{"hardware.device", "l40s"}}), expected);
}

TEST(CaseEdit, ANewDeviceWithItsPriceKeepsIt) {
  const std::string both = edited({{"hardware.device", "l40s"}, {"hardware.price_per_gpu_hour", 1.0}});
  EXPECT_NE(both.find("price_per_gpu_hour = 1 #"), std::string::npos) << both;
}

TEST(CaseEdit, TextCannotLeaveItsQuotes) {
  const std::string hostile = edited({{"hardware.device", "x\"\n[money]\\"}});
  const auto root = parse_toml(hostile, "edited");
  EXPECT_EQ(root->find("hardware")->find("device")->text, "x\"\n[money]\\");
  EXPECT_EQ(root->find("money"), nullptr);
}

TEST(CaseEdit, InlineTablesTakeKeysToo) {
  const auto result =
      edit_case("workload = { peak_to_mean = 2 }\nengine = {}\n",
                std::vector<CaseEdit>{{"workload.requests_per_second", 3.0}, {"engine.max_num_seqs", 64.0}});
  ASSERT_TRUE(result);
  EXPECT_EQ(*result,
            "workload = { requests_per_second = 3, peak_to_mean = 2 }\nengine = { max_num_seqs = 64}\n");
}

TEST(CaseEdit, RefusesWhatIsNotListed) {
  for (const char* key : {"name", "model.architecture", "hardware.kernels", "workload.trace",
                          "option.x.scheme", "option.1.name", "option.7.scheme", "option..scheme", ""})
    EXPECT_FALSE(edit_case(text, std::vector<CaseEdit>{{key, "x"}})) << key;
  EXPECT_FALSE(edit_case("not toml", {}));
  EXPECT_FALSE(
      edit_case("[hardware.device]\nname = \"own\"", std::vector<CaseEdit>{{"hardware.device", "l40s"}}));
}

}  // namespace
}  // namespace bitworth::formats
