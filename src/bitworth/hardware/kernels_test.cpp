#include "bitworth/hardware/kernels.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "bitworth/hardware/step_kernels.hpp"

namespace bitworth::hardware {
namespace {

Kernel row(std::string name, double share, Where where = {}) {
  Kernel kernel;
  kernel.name = std::move(name);
  kernel.bandwidth_share = share;
  kernel.where = std::move(where);
  return kernel;
}

Device h100() {
  Device device;
  device.id = "h100-sxm";
  device.family = "hopper";
  device.device_class = "datacenter-gpu";
  device.peak.bf16 = FlopsPerSecond(989e12);
  device.peak.fp8 = device.peak.int8 = FlopsPerSecond(1979e12);
  return device;
}

KernelTables ladder() {
  KernelTables tables;
  tables.kernels = {row("a", 0.1), row("a", 0.2, {.classes = {"datacenter-gpu"}}),
                    row("a", 0.3, {.families = {"hopper"}}), row("a", 0.4, {.devices = {"h100-sxm"}})};
  tables.parents = {{"child", "middle"}, {"middle", "a"}};
  return tables;
}

double share_of(const KernelTables& tables, const Device& device) {
  return find_kernel(tables, "a", device)->kernel.bandwidth_share;
}

TEST(KernelLadder, TakesTheMostSpecificRow) {
  Device device = h100();
  EXPECT_EQ(share_of(ladder(), device), 0.4);
  EXPECT_EQ(find_kernel(ladder(), "a", device)->rung, Rung::same_device);
  device.id = "h200-sxm";
  EXPECT_EQ(share_of(ladder(), device), 0.3);
  EXPECT_EQ(find_kernel(ladder(), "a", device)->rung, Rung::same_family);
  device.family = "blackwell-dc";
  EXPECT_EQ(share_of(ladder(), device), 0.2);
  device.device_class = "igpu";
  EXPECT_EQ(share_of(ladder(), device), 0.1);
  EXPECT_EQ(find_kernel(ladder(), "a", device)->rung, Rung::any_device);
}

TEST(KernelLadder, BorrowsFromParentsAndCountsThem) {
  const auto found = find_kernel(ladder(), "child", h100());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kernel.name, "a");
  EXPECT_EQ(found->borrowed, 2);
  EXPECT_FALSE(find_kernel(ladder(), "nobody", h100()));
}

TEST(KernelLadder, ACircleOfParentsEnds) {
  KernelTables tables;
  tables.parents = {{"a", "b"}, {"b", "a"}};
  EXPECT_FALSE(find_kernel(tables, "a", h100()));
}

TEST(KernelLadder, AnOwnMeasurementGoesFirst) {
  KernelTables tables = ladder(), own;
  own.kernels = {row("a", 0.9, {.families = {"hopper"}, .own = true})};
  own.engines = {{.name = "vllm", .per_step = Seconds(1)}};
  lay_over(tables, own);
  EXPECT_EQ(share_of(tables, h100()), 0.9);
  EXPECT_EQ(find_kernel(tables, "a", h100())->rung, Rung::own_measurement);
  EXPECT_EQ(tables.engine("vllm")->per_step, Seconds(1));
  EXPECT_EQ(tables.engine("none"), nullptr);
}

TEST(KernelChoice, NamesOfTheEngineGoBeforeGeneralOnes) {
  KernelTables tables;
  tables.choices = {{.kernel = "fp8", .schemes = {"w8a8-fp8"}, .engines = {}, .without_units = "marlin-8"},
                    {.kernel = "trt-fp8",
                     .schemes = {"w8a8-fp8"},
                     .engines = {"tensorrt-llm"},
                     .without_units = "",
                     .kv_cache_bits = 8}};
  const EngineCosts vllm{.name = "vllm"}, trt{.name = "tensorrt-llm"};
  llm::Scheme fp8;
  fp8.id = "w8a8-fp8";
  fp8.compute = llm::Compute::fp8;
  EXPECT_EQ(choose_kernel(tables, vllm, fp8, h100()).kernel, "fp8");
  EXPECT_EQ(choose_kernel(tables, trt, fp8, h100()).kernel, "trt-fp8");
  EXPECT_EQ(choose_kernel(tables, trt, fp8, h100()).kv_cache_bits, 8);
  Device a100 = h100();
  a100.peak.fp8.reset();
  EXPECT_EQ(choose_kernel(tables, vllm, fp8, a100).kernel, "marlin-8");
  EXPECT_TRUE(choose_kernel(tables, vllm, fp8, a100).lacks_units);
}

// INT8 units that are no faster than the 16-bit ones gain nothing: engines take the weight-only kernel.
TEST(KernelChoice, SlowInt8UnitsDoNotCount) {
  KernelTables tables;
  tables.choices = {{.kernel = "int8", .schemes = {"w8a8-int8"}, .engines = {}, .without_units = "marlin-8"}};
  llm::Scheme int8;
  int8.id = "w8a8-int8";
  int8.compute = llm::Compute::int8;
  Device device = h100();
  EXPECT_EQ(choose_kernel(tables, {}, int8, device).kernel, "int8");
  device.peak.int8 = device.peak.bf16;
  EXPECT_EQ(choose_kernel(tables, {}, int8, device).kernel, "marlin-8");
}

TEST(KernelChoice, OfAnUnknownSchemeGoesByBitsAndUnits) {
  const EngineCosts engine{.name = "vllm", .sixteen_bit_kernel = "gemm-16"};
  llm::Scheme scheme;
  const auto kernel = [&](double bits, llm::Compute compute) {
    scheme.weight_bits = bits;
    scheme.compute = compute;
    return choose_kernel({}, engine, scheme, h100()).kernel;
  };
  EXPECT_EQ(kernel(16, llm::Compute::sixteen_bit), "gemm-16");
  EXPECT_EQ(kernel(8.1, llm::Compute::sixteen_bit), "marlin-8");
  EXPECT_EQ(kernel(4.5, llm::Compute::sixteen_bit), "marlin-4");
  EXPECT_EQ(kernel(8, llm::Compute::fp8), "fp8");
}

TEST(RelativeSigma, GrowsWithEveryDoubt) {
  StepKernels kernels;
  kernels.spread = {.base = 0.03, .rung = {0, 0, 0.04, 0, 0}, .borrowed = 0.12, .gain = 0.1};
  kernels.rung = Rung::same_family;
  EXPECT_DOUBLE_EQ(relative_sigma(kernels, 1), 0.05);
  kernels.borrowed = 1;
  EXPECT_DOUBLE_EQ(relative_sigma(kernels, 1), 0.13);
  EXPECT_DOUBLE_EQ(relative_sigma(kernels, std::exp(1.0)), std::hypot(0.13, 0.1));
  kernels.low_confidence = true;
  kernels.spread.low_confidence = 0.5;
  EXPECT_DOUBLE_EQ(relative_sigma(kernels, 1), std::hypot(0.13, 0.5));
  EXPECT_EQ(to_text_of_origin(kernels), ": borrowed, same family");
}

TEST(UsableMemory, OfAGpuIsItsLabelInGib) {
  Device device = h100();
  device.memory = Bytes(80e9);
  EXPECT_NEAR(usable_memory(device).value(), 80 * 1073741824.0 * 0.995, 1);
  device.device_class = "apple";
  EXPECT_EQ(usable_memory(device), Bytes(80e9));
  device.usable_memory = Bytes(60e9);
  EXPECT_EQ(usable_memory(device), Bytes(60e9));
}

}  // namespace
}  // namespace bitworth::hardware
