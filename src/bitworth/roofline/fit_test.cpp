#include "bitworth/roofline/fit.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "bitworth/formats/catalog.hpp"
#include "bitworth/roofline/gemm.hpp"
#include "bitworth/roofline/step.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::roofline {
namespace {

hardware::Kernel true_kernel() {
  hardware::Kernel kernel;
  kernel.name = "test";
  kernel.launch = Seconds(7e-6);
  kernel.bandwidth_share = 0.71;
  kernel.compute_share = 0.55;
  kernel.corner = 2.3;
  kernel.units = &hardware::PeakRates::bf16;
  return kernel;
}

hardware::Kernel far_start() {
  hardware::Kernel kernel = true_kernel();
  kernel.launch = Seconds(2e-6);
  kernel.bandwidth_share = 0.95;
  kernel.compute_share = 0.9;
  kernel.corner = 6;
  return kernel;
}

cases::FitGroup timings_of(const hardware::Kernel& kernel) {
  cases::FitGroup group;
  group.device = tests::ideal_case().hardware.device;
  group.scheme.weight_bits = 16;
  group.shipped = far_start();
  for (const double rows : {1.0, 8.0, 64.0, 256.0, 1024.0, 8192.0}) {
    for (const double size : {1024.0, 4096.0, 16384.0}) {
      const Gemm gemm(kernel, group.device, size, size, 2);
      group.timings.push_back({.rows = rows, .inner = size, .outer = size, .time = gemm(rows).total()});
    }
  }
  return group;
}

TEST(Minimize, FindsTheFloorOfABananaValley) {
  const auto rosenbrock = [](const std::vector<double>& at) {
    const double a = 1 - at[0], b = at[1] - at[0] * at[0];
    return a * a + 100 * b * b;
  };
  const std::vector<double> least = minimize(rosenbrock, {-1.2, 1}, {0.5, 0.5}, 400);
  EXPECT_NEAR(least[0], 1, 1e-4);
  EXPECT_NEAR(least[1], 1, 1e-4);
}

TEST(Fit, RecoversTheConstantsThatMadeTheTimings) {
  const auto fit = fit_group(timings_of(true_kernel()), *formats::built_in_catalog().kernels);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->points, 18U);
  EXPECT_NEAR(fit->kernel.launch.value(), 7e-6, 1e-7);
  EXPECT_NEAR(fit->kernel.bandwidth_share, 0.71, 0.01);
  EXPECT_NEAR(fit->kernel.compute_share, 0.55, 0.01);
  EXPECT_NEAR(fit->kernel.corner, 2.3, 0.3);  // few sizes are near it, so the start still pulls
  EXPECT_LT(fit->error.mean_abs_log, 0.01);
  EXPECT_GT(fit->before.mean_abs_log, 0.2);
  EXPECT_TRUE(fit->kernel.where.own);
  EXPECT_EQ(fit->kernel.where.devices, std::vector<std::string>{"h100-sxm"});
}

TEST(Fit, IsDeterministic) {
  const hardware::KernelTables& tables = *formats::built_in_catalog().kernels;
  const auto a = fit_group(timings_of(true_kernel()), tables);
  const auto b = fit_group(timings_of(true_kernel()), tables);
  EXPECT_EQ(a->kernel.launch, b->kernel.launch);
  EXPECT_EQ(a->kernel.corner, b->kernel.corner);
}

TEST(Fit, RefusesTooLittle) {
  const hardware::KernelTables& tables = *formats::built_in_catalog().kernels;
  cases::FitGroup group = timings_of(true_kernel());
  group.timings.resize(least_timings - 1);
  EXPECT_EQ(fit_group(group, tables).error(),
            "11 kernel timings and 0 runs: at least 12 timings or 4 runs are needed");
  group = timings_of(true_kernel());
  for (cases::KernelTiming& timing : group.timings) timing.rows = 1;
  EXPECT_TRUE(fit_group(group, tables).error().contains("timings of 1 row counts"));
}

// Runs whose kernel reaches 0.6 of what ships: the fit finds it in whole steps.
TEST(Fit, RecoversTheBandwidthBehindRuns) {
  const formats::Catalog& catalog = formats::built_in_catalog();
  cases::FitGroup group;
  group.device = *catalog.devices.find("rtx-4090");
  group.engine = *catalog.kernels->engine("vllm");
  group.scheme = *catalog.schemes.find("bf16");
  group.shipped = hardware::find_kernel(*catalog.kernels, "gemm-16", group.device)->kernel;
  hardware::KernelTables slow = *catalog.kernels;
  for (hardware::Kernel& kernel : slow.kernels) kernel.bandwidth_share *= 0.6;
  const auto architecture =
      std::make_shared<const llm::Architecture>(*catalog.architectures.find("llama-3.1-8b"));
  const llm::KvFormat kv = *catalog.kv_formats.find("bf16");
  const StepModel truth(
      *architecture, group.scheme, kv, group.device,
      hardware::find_step_kernels(slow, group.engine, *architecture, group.scheme, group.device), 1);
  for (const double batch : {1.0, 2.0, 4.0, 8.0, 16.0}) {
    const StepTime step =
        truth({.decode_sequences = batch, .decode_context = 1000 + 50, .sampled_rows = batch});
    group.runs.push_back({.architecture = architecture,
                          .kv_cache = kv,
                          .batch = batch,
                          .prompt_tokens = 1000,
                          .output_tokens = 100,
                          .time = step.total()});
  }
  const auto fit = fit_group(group, *catalog.kernels);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->kernel.bandwidth_share / group.shipped.bandwidth_share, 0.6, 0.02);
  EXPECT_LT(fit->error.mean_abs_log, 0.01);
}

}  // namespace
}  // namespace bitworth::roofline
