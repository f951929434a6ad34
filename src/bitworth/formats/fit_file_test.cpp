#include "bitworth/formats/fit_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "bitworth/formats/kernel_rows.hpp"
#include "bitworth/formats/kernels.hpp"
#include "bitworth/hardware/step_kernels.hpp"
#include "tests/support/scratch_folder.hpp"

namespace bitworth::formats {
namespace {

Result<FitFile> parse(std::string_view text, const FitChoice& choice = {}) {
  return parse_fit_file(text, "own", choice, built_in_catalog());
}

constexpr std::string_view timings =
    "system,backend,version,quant,m,n,k,latency_us\n"
    "h100_sxm,vllm,0.24,bfloat16,1,6144,4096,21.5\n"
    "h100_sxm,vllm,0.24,bfloat16,8,6144,4096,22\n"
    "h100_sxm,vllm,0.24,fp8,8,6144,4096,14\n";

TEST(FitFile, GoesByTheHeader) {
  const auto file = parse(timings);
  ASSERT_TRUE(file);
  ASSERT_EQ(file->groups.size(), 2U);
  const cases::FitGroup& group = file->groups[0];
  EXPECT_EQ(group.device.id, "h100-sxm");
  EXPECT_EQ(group.engine.name, "vllm");
  EXPECT_EQ(group.shipped.name, "gemm-16");
  ASSERT_EQ(group.timings.size(), 2U);
  EXPECT_EQ(group.timings[1].rows, 8);
  EXPECT_EQ(group.timings[1].outer, 6144);
  EXPECT_EQ(group.timings[1].inner, 4096);
  EXPECT_DOUBLE_EQ(group.timings[1].time.value(), 22e-6);
  EXPECT_EQ(file->groups[1].shipped.name, "fp8");
}

TEST(FitFile, AChoiceLeavesRowsOutAndFillsWhatIsMissing) {
  EXPECT_EQ(parse(timings, {.device = "", .engine = "", .scheme = "w8a8-fp8"})->groups.size(), 1U);
  const std::string_view bare = "gpu,m,n,k,latency_us\na100,8,10240,8192,115\n";
  EXPECT_EQ(
      to_text(parse(bare).error()),
      "own: no measurement in it that can be used: no column names the engine; give --engine; bitworth fit "
      "--help tells which columns it needs");
  const auto file = parse(bare, {.device = "", .engine = "vllm", .scheme = "bf16"});
  ASSERT_TRUE(file);
  EXPECT_EQ(file->groups[0].device.id, "a100-80-sxm");
}

TEST(FitFile, RefusesBadRowsAndCountsThem) {
  const auto file = parse(
      "device,engine,scheme,m,n,k,latency_us\n"
      "h100-sxm,vllm,bf16,1,64,64,5\n"
      "h100-sxm,vllm,bf16,1,64,64,nan\n"
      "h100-sxm,vllm,bf16,1,64\n"
      "h100-sxm,vllm,bf16,0,64,64,5\n"
      "no-such,vllm,bf16,1,64,64,5\n"
      "no-such,vllm,bf16,1,64,64,5\n");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->groups[0].points(), 1U);
  EXPECT_EQ(file->refused.size(), 4U);
  EXPECT_EQ(file->refused.at("unknown device \"no-such\""), 2);
}

TEST(FitFile, OneKernelOfADeviceHasOneRow) {
  const auto file = parse(
      "device,engine,scheme,m,n,k,latency_us\n"
      "h100-sxm,vllm,bf16,1,64,64,5\n"
      "h100-sxm,sglang,bf16,1,64,64,5\n");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::inconsistent);
  EXPECT_EQ(file.error().message, "bf16 in vllm and bf16 in sglang both run kernel gemm-16 on h100-sxm");
}

TEST(FitFile, ReadsRunsAndPairs) {
  const auto file = parse(
      "{\"device\": \"rtx-4090\", \"engine\": \"vllm\", \"model\": \"llama-3.1-8b\", \"scheme\": "
      "\"bf16\", \"phase\": \"decode\", \"batch\": 4, \"prompt\": 100, \"output\": 50, "
      "\"tokens_per_second\": 200}\n"
      "{\"hardware\": \"rtx-4090\", \"engine\": \"vllm\", \"model\": \"llama-3.1-8b\", "
      "\"baseline_format\": \"bf16\", \"format\": \"w4a16\", \"phase\": \"prefill\", \"batch\": 1, "
      "\"input_len\": 1000, \"unit\": \"ms\", \"base_value\": 120, \"quant_value\": 125}\n"
      "{\"hardware\": \"rtx-4090\", \"engine\": \"vllm\", \"model\": \"llama-3.1-8b\", "
      "\"baseline_format\": \"bf16\", \"format\": \"w4a16\", \"phase\": \"serving\", "
      "\"unit\": \"req/s\", \"base_value\": 1, \"quant_value\": 2}\n"
      "nonsense\n");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->groups.size(), 2U);
  const std::vector<cases::MeasuredRun>& runs = file->groups[0].runs;
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_DOUBLE_EQ(runs[0].time.value(), 4 / 200.0);
  EXPECT_DOUBLE_EQ(runs[1].time.value(), 0.12);
  EXPECT_EQ(runs[1].phase, cases::RunPhase::prefill);
  EXPECT_DOUBLE_EQ(file->groups[1].runs[0].time.value(), 0.125);
  EXPECT_EQ(file->refused.size(), 2U);
}

TEST(KernelRows, ReadBackDigitForDigit) {
  hardware::Kernel kernel;
  kernel.name = "gemm-16";
  kernel.where.devices = {"h100-sxm"};
  kernel.launch = Seconds(3.437e-6);
  kernel.bandwidth_share = 0.8581;
  kernel.compute_share = 0.7993;
  kernel.corner = 5.083;
  kernel.units = &hardware::PeakRates::fp8;
  kernel.tile_rows = 64;
  kernel.vector_ops_per_weight = 0.25;
  kernel.source = "a \"quoted\" file\\name";
  const tests::ScratchFolder folder;
  const std::filesystem::path path = folder / "rows.toml";
  std::ofstream(path) << kernel_rows(std::span(&kernel, 1));
  const Catalog& catalog = built_in_catalog();
  const auto tables = read_own_kernels(path.string(), *catalog.kernels);
  ASSERT_TRUE(tables) << to_text(tables.error().front());
  const auto found = hardware::find_kernel(*tables, "gemm-16", *catalog.devices.find("h100-sxm"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->rung, hardware::Rung::own_measurement);
  EXPECT_DOUBLE_EQ(found->kernel.launch.value(), kernel.launch.value());
  EXPECT_EQ(found->kernel.bandwidth_share, kernel.bandwidth_share);
  EXPECT_EQ(found->kernel.compute_share, kernel.compute_share);
  EXPECT_EQ(found->kernel.corner, kernel.corner);
  EXPECT_EQ(found->kernel.units, kernel.units);
  EXPECT_EQ(found->kernel.tile_rows, 64);
  EXPECT_EQ(found->kernel.vector_ops_per_weight, 0.25);
  EXPECT_EQ(found->kernel.source, kernel.source);
}

}  // namespace
}  // namespace bitworth::formats
