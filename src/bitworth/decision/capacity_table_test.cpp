#include "bitworth/decision/capacity_table.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "bitworth/decision/simulated_replica.hpp"
#include "bitworth/decision/traffic_sample.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

using serving::Requirement;
using tests::ideal_case;
using tests::ideal_fp8;

// Lengths that vary, an SLO that binds, times that are not known exactly.
cases::Case served_case() {
  cases::Case c = ideal_case();
  c.workload.prompt_tokens = {500, 2000};
  c.workload.output_tokens = {100, 300};
  c.workload.slo = {Seconds(0.5), Seconds(0.02)};
  c.options = {ideal_fp8()};
  for (double& level : c.baseline.kernels.spread.level) level = 0.15;
  return c;
}

constexpr CapacitySettings one_sample{.requests = 2000, .samples = 1};

// What serving::search_capacity finds for the same replica with every time multiplied.
double searched(const cases::Case& c, const cases::Option& option, const ReplicaShape& shape,
                double time_factor) {
  const serving::StepTable table(
      step_function(step_model(c, option, time_factor, shape.gpus), serving::Scheduling::one_step_ahead),
      shape.max_num_seqs, shape.token_budget);
  serving::CapacitySearch search;
  search.settings.engine = {.token_budget = shape.token_budget,
                            .max_num_seqs = shape.max_num_seqs,
                            .kv_blocks = SimulatedReplica(c, option, shape).kv_blocks(),
                            .block_tokens = block_tokens,
                            .scheduling = serving::Scheduling::one_step_ahead};
  search.requirements = requirements(c.workload.slo);
  search.precision = 0.002;
  search.first_guess = PerSecond(20);
  const workload::Trace sample = sample_traffic(c, one_sample.requests, 1, one_sample.seed).front();
  return serving::search_capacity(sample, table, search).highest_met.value();
}

TEST(CapacityTable, AgreesWithASearchAtEveryTimeFactor) {
  const cases::Case c = served_case();
  const CapacityTables tables = tabulate_capacities(c, one_sample);
  const auto compare = [&](const cases::Option& option, const CapacityTable& table) {
    ASSERT_FALSE(table.shapes.empty());
    for (const ShapeCapacity& shape : table.shapes) {
      EXPECT_EQ(shape.source, CapacitySource::simulated);
      for (const double factor : {0.75, 0.9, 1.0, 1.15, 1.4}) {
        const double direct = searched(c, option, shape.shape, factor);
        EXPECT_NEAR(shape.curve(factor) / direct, 1, factor == 1 ? 0.01 : 0.03)
            << option.name << " on " << shape.shape.gpus << " at " << factor;
      }
    }
  };
  compare(c.baseline, tables.baseline);
  compare(c.options[0], tables.options[0]);
}

// Common random numbers: what is the same is served the same, to the last bit.
TEST(CapacityTable, OfTheBaselineAgainIsTheBaselines) {
  cases::Case c = served_case();
  c.options = {c.baseline};
  const CapacityTables tables = tabulate_capacities(c, {.requests = 1000, .samples = 3});
  const CapacityTable &a = tables.baseline, &b = tables.options[0];
  ASSERT_EQ(a.shapes.size(), b.shapes.size());
  for (std::size_t i = 0; i < a.shapes.size(); ++i) {
    EXPECT_EQ(a.shapes[i].shape, b.shapes[i].shape);
    for (const double factor : {0.7, 1.0, 1.3})
      EXPECT_EQ(a.shapes[i].curve(factor), b.shapes[i].curve(factor));
  }
  EXPECT_EQ(b.own_error, 0);
  EXPECT_GT(tables.common_error, 0);
  EXPECT_LT(tables.common_error, 0.1);
}

// A short sample lacks the worst queues of a long one: several longer ones are near what a very long one
// says.
TEST(CapacityTable, IsNotFlatteredByShortSamples) {
  const cases::Case c = served_case();
  const auto rate = [&](const CapacitySettings& settings) {
    return tabulate_capacities(c, settings).baseline.shapes.at(0).curve(1);
  };
  const double very_long = rate({.requests = 60'000, .samples = 1});
  EXPECT_GT(rate({.requests = 600, .samples = 1}), 1.05 * very_long);
  EXPECT_NEAR(rate({.requests = 4000, .samples = 4}) / very_long, 1, 0.02);
}

TEST(CapacityTable, SameSeedSameTable) {
  const cases::Case c = served_case();
  const auto at_median = [&](std::uint64_t seed) {
    return tabulate_capacities(c, {.requests = 1000, .samples = 1, .seed = seed}).baseline.shapes[0].curve(1);
  };
  EXPECT_EQ(at_median(7), at_median(7));
  EXPECT_NE(at_median(7), at_median(8));
}

TEST(CapacityTable, FallsWhereTimesGrow) {
  const CapacityTables tables = tabulate_capacities(served_case(), one_sample);
  for (const ShapeCapacity& shape : tables.baseline.shapes) {
    for (double factor = 0.3; factor < 3; factor *= 1.01)
      EXPECT_GE(shape.curve(factor), shape.curve(factor * 1.01)) << factor;
  }
}

TEST(CapacityTable, GrowsWithMemory) {
  cases::Case c = served_case();
  c.hardware.max_gpus_per_replica = 1;
  c.workload.slo = {Seconds(5), Seconds(1)};  // memory binds
  double before = 0;
  for (const double bytes : {20e9, 24e9, 32e9, 64e9}) {
    c.hardware.device.usable_memory = Bytes(bytes);
    const double now = tabulate_capacities(c, one_sample).baseline.shapes.at(0).curve(1);
    EXPECT_GE(now, before * 0.99) << bytes;
    before = now;
  }
}

TEST(CapacityTable, KeepsTheEngineSettingsThatTheCaseGives) {
  cases::Case c = served_case();
  c.engine.max_num_seqs = 16;
  const ReplicaShape tuned = tabulate_capacities(c, one_sample).baseline.shapes.at(0).shape;
  c.engine.batching_is_fixed = true;
  const ReplicaShape fixed = tabulate_capacities(c, one_sample).baseline.shapes.at(0).shape;
  EXPECT_EQ(fixed.max_num_seqs, 16);
  EXPECT_EQ(fixed.token_budget, c.engine.token_budget);
  EXPECT_EQ(tuned.max_num_seqs, 32) << "16 sequences are few for this memory: twice as many pay";
}

TEST(CapacityTable, SaysWhichPercentileMisses) {
  cases::Case c = served_case();
  c.baseline.gpus_per_replica = 1;
  c.workload.slo.ttft_p99 = Seconds(0.01);  // a prompt of 2000 tokens alone takes longer
  const CapacityTables tables = tabulate_capacities(c, one_sample);
  ASSERT_TRUE(tables.baseline.missed);
  EXPECT_EQ(tables.baseline.missed->requirement.measure, Requirement::Measure::ttft);
  EXPECT_EQ(tables.baseline.missed->gpus, 1);
  ASSERT_TRUE(tables.baseline.missed->took);
  EXPECT_GT(*tables.baseline.missed->took, Seconds(0.01));
  EXPECT_LT(*tables.baseline.missed->took, Seconds(0.2));
}

// Answers too long to simulate: the closed form stands in, and says so.
TEST(CapacityTable, FallsBackOnTheClosedForm) {
  cases::Case c = served_case();
  c.workload.output_tokens = {40'000, 60'000};
  c.workload.slo = {Seconds(5), Seconds(1)};
  const CapacityTables tables = tabulate_capacities(c, one_sample);
  ASSERT_FALSE(tables.baseline.shapes.empty());
  EXPECT_EQ(tables.baseline.shapes[0].source, CapacitySource::closed_form);
  EXPECT_GT(tables.baseline.shapes[0].curve(1), 0);
  EXPECT_EQ(tables.simulations, 0);
}

}  // namespace
}  // namespace bitworth::decision
