#include "bitworth/roofline/crossover.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/ideal_case.hpp"

namespace bitworth::roofline {
namespace {

using tests::ideal_case;
using tests::ideal_fp8;

constexpr int powers_of_two[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

cases::Case case_with(const cases::Option& option) {
  cases::Case c = ideal_case();
  c.options = {option};
  return c;
}

/// Weights of 4 bits that are computed at 16: half the peak once compute binds.
cases::Option slow_w4a16() {
  cases::Option option = ideal_fp8();
  option.scheme.id = "w4a16";
  option.scheme.weight_bits = 4;
  option.scheme.compute = llm::Compute::sixteen_bit;
  option.runs_as = option.scheme;
  option.kv_cache = {.id = "bf16", .bits = 16, .source = "", .date = ""};
  option.kernels = tests::ideal_kernels(&hardware::PeakRates::bf16);
  for (hardware::Kernel* k : {&option.kernels.linears, &option.kernels.projections, &option.kernels.experts})
    k->compute_share = 0.5;
  return option;
}

const Crossover& found(const OptionCrossovers& all, Phase phase, Axis axis) {
  for (const Crossover& each : all.crossovers) {
    if (each.phase == phase && each.axis == axis) return each;
  }
  throw std::out_of_range("no such crossover");
}

TEST(Crossings, AFallingCurveStopsOnce) {
  // 100 / x is at least 1 up to 100.
  const Crossings falling = find_crossings([](int x) { return 100.0 / x; }, 1, powers_of_two, Between::every);
  EXPECT_TRUE(falling.starts_above);
  EXPECT_EQ(falling.changes, std::vector<int>{101});
}

TEST(Crossings, ARisingCurveStartsOnce) {
  const Crossings rising = find_crossings([](int x) { return x / 37.0; }, 1, powers_of_two, Between::every);
  EXPECT_FALSE(rising.starts_above);
  EXPECT_EQ(rising.changes, std::vector<int>{37});
}

TEST(Crossings, AlwaysAndNeverAreApart) {
  const auto flat = [](int) { return 1.2; };
  EXPECT_TRUE(find_crossings(flat, 1.2, powers_of_two, Between::every).always());
  EXPECT_TRUE(find_crossings(flat, 1.3, powers_of_two, Between::every).never());
}

TEST(Crossings, ACurveMayComeBack) {
  // Below 0 from 5 to 59.
  const Crossings valley =
      find_crossings([](int x) { return (x - 4.5) * (x - 59.5); }, 0, powers_of_two, Between::every);
  EXPECT_TRUE(valley.starts_above);
  EXPECT_EQ(valley.changes, (std::vector<int>{5, 60}));
}

TEST(Crossings, OnlyScannedNumbersOfGpusCount) {
  constexpr int gpus[] = {1, 2, 4, 8};
  EXPECT_EQ(find_crossings([](int x) { return 5.5 - x; }, 0, gpus, Between::none).changes,
            std::vector<int>{8});
}

// A layer has 218,103,808 weights and 69,632 values in and out per row of them. The baseline reads, the
// option computes at half the peak: 2 (218.1e6 + 69,632 r) / 3.35e12 = 2 x 218.1e6 r / 494.5e12 at r = 154.9
// rows. All else is common to both.
TEST(Crossover, WeightOnlyStopsPayingWhereItsArithmeticOutlastsTheBaselinesReads) {
  const cases::Case c = case_with(slow_w4a16());
  const LoadPoint point{.gpus = 1, .batch = 16, .prompt_tokens = 128, .context_tokens = 128};
  const OptionCrossovers all = find_crossovers(c, c.options[0], point);
  const Crossover& batch = found(all, Phase::decode, Axis::batch);
  EXPECT_EQ(batch.from, 1);
  EXPECT_EQ(batch.to, 1024);
  const Crossings& one = batch.thresholds[0].median;
  ASSERT_EQ(one.changes.size(), 1U);
  EXPECT_TRUE(one.starts_above);
  EXPECT_EQ(one.changes[0], 155);
  EXPECT_LT(batch.thresholds[1].median.changes[0], one.changes[0]);
  // Sixteen prompts of 128 tokens share a step of 2048.
  EXPECT_TRUE(found(all, Phase::prefill, Axis::context).thresholds[0].median.never());
}

TEST(Crossover, HalfOfEverythingAlwaysPays) {
  const cases::Case c = case_with(ideal_fp8());
  const OptionCrossovers all =
      find_crossovers(c, c.options[0], {.gpus = 1, .batch = 4, .prompt_tokens = 512, .context_tokens = 512});
  for (const Crossover& each : all.crossovers) {
    for (const Threshold& threshold : each.thresholds) EXPECT_TRUE(threshold.median.always());
  }
}

// 72 GB less 16 GB of weights hold 56 GB / 131,072 B = 427 thousand tokens of 16 bits.
TEST(Crossover, EndsWhereTheBaselineDoesNotFit) {
  const cases::Case c = case_with(ideal_fp8());
  const LoadPoint point{.gpus = 1, .batch = 16, .prompt_tokens = 1000, .context_tokens = 1000};
  const OptionCrossovers all = find_crossovers(c, c.options[0], point);
  const Crossover& batch = found(all, Phase::decode, Axis::batch);
  const Replica baseline(c, c.baseline, 1);
  EXPECT_EQ(batch.to, static_cast<int>(std::floor(baseline.sequences_that_fit(1000))));
  EXPECT_NEAR(batch.to, 426, 2);
  EXPECT_EQ(batch.outside, Misfit::baseline);
}

TEST(Crossover, NothingIsComparedWhereNobodyFits) {
  cases::Case c = case_with(ideal_fp8());
  c.hardware.device.memory = Bytes(4e9);
  c.hardware.device.usable_memory = Bytes(4e9);
  const LoadPoint point{.gpus = 1, .batch = 1, .prompt_tokens = 100, .context_tokens = 100};
  const OptionCrossovers all = find_crossovers(c, c.options[0], point);
  const Crossover& batch = found(all, Phase::decode, Axis::batch);
  EXPECT_EQ(batch.from, 0);
  EXPECT_EQ(batch.outside, Misfit::both);
  EXPECT_TRUE(batch.thresholds.empty());
  EXPECT_FALSE(all.decode[0].speedup);
  // Eight GPUs hold a 16-bit 8B model of 16 GB at 3.6 GB each; four hold 8 bits only.
  const Crossover& gpus = found(all, Phase::decode, Axis::gpus);
  EXPECT_EQ(gpus.from, 8);
  EXPECT_EQ(gpus.outside, Misfit::baseline);
  EXPECT_EQ(fewest_gpus(c, point), 8);
}

TEST(Crossover, ThePessimistStopsFirst) {
  cases::Option option = slow_w4a16();
  option.kernels.spread.base = 0.05;
  const cases::Case c = case_with(option);
  const LoadPoint point{.gpus = 1, .batch = 16, .prompt_tokens = 128, .context_tokens = 128};
  const OptionCrossovers all = find_crossovers(c, c.options[0], point);
  const Threshold& one = found(all, Phase::decode, Axis::batch).thresholds[0];
  EXPECT_LT(one.p10.changes[0], one.median.changes[0]);
  EXPECT_GT(one.p90.changes[0], one.median.changes[0]);
}

}  // namespace
}  // namespace bitworth::roofline
