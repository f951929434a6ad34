#include "bitworth/decision/carried_over.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "bitworth/decision/fleet_plan.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/decision/served_replica.hpp"
#include "bitworth/decision/shape_candidates.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

constexpr CapacitySettings one_sample{.requests = 2000, .samples = 1};

cases::Case asked() {
  cases::Case c = tests::ideal_case();
  c.workload.slo.ttft_p99 = Seconds(1);
  c.options = {tests::ideal_fp8()};
  return c;
}

workload::LengthDistribution longer(workload::LengthDistribution lengths, double factor) {
  return {lengths.p50 * factor, lengths.p95 * factor};
}

double best_rate(const CapacityTable& table) {
  double best = 0;
  for (const ShapeCapacity& shape : table.shapes) best = std::max(best, shape.curve(1) / shape.shape.gpus);
  return best;
}

TEST(CarriedOver, ToTheSameCaseEverythingIsAsItWas) {
  const cases::Case c = asked();
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  const auto same = carried_over({c, known}, c);
  ASSERT_TRUE(same);
  for (std::size_t i = 0; i < known.baseline.shapes.size(); ++i) {
    EXPECT_EQ(same->baseline.shapes[i].shape, known.baseline.shapes[i].shape);
    EXPECT_EQ(same->baseline.shapes[i].curve(1), known.baseline.shapes[i].curve(1));
    EXPECT_EQ(same->baseline.shapes[i].source, CapacitySource::carried_over);
  }
  EXPECT_EQ(same->baseline.longer_prompts(2), known.baseline.longer_prompts(2));
}

// In closed form and simulated, in either direction, within a tenth of what the whole simulation finds there.
TEST(CarriedOver, IsNearWhatASimulationFinds) {
  const cases::Case c = asked();
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  for (const double factor : {1 / far_away, 1 / nearby, nearby, far_away}) {
    for (auto lengths : {&workload::Workload::prompt_tokens, &workload::Workload::output_tokens}) {
      cases::Case other = c;
      other.workload.*lengths = longer(c.workload.*lengths, factor);
      const auto carried = carried_over({c, known}, other);
      ASSERT_TRUE(carried) << factor;
      const CapacityTables there = tabulate_everywhere(other, one_sample);
      EXPECT_NEAR(best_rate(carried->baseline) / best_rate(there.baseline), 1, 0.1) << factor;
      EXPECT_NEAR(best_rate(carried->options[0]) / best_rate(there.options[0]), 1, 0.1) << factor;
      // It does move.
      EXPECT_GT(std::abs(std::log(best_rate(carried->baseline) / best_rate(known.baseline))), 0.02) << factor;
    }
  }
}

TEST(CarriedOver, ReplicasAreSeenUnderTheNewTraffic) {
  const cases::Case c = asked();
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  cases::Case other = c;
  other.workload.prompt_tokens = longer(c.workload.prompt_tokens, 1.2);
  const auto carried = carried_over({c, known}, other);
  ASSERT_TRUE(carried);
  const double load = best_rate(known.baseline) / 2;
  EXPECT_GT(carried->baseline.shapes[0].replica->at(load).ttft.p50.value,
            1.05 * known.baseline.shapes[0].replica->at(load).ttft.p50.value);
}

TEST(CarriedOver, TheDistanceIsThatOfWhatChangesMost) {
  const cases::Case c = asked();
  EXPECT_EQ(distance(c, c), 1);
  cases::Case other = c;
  other.workload.output_tokens = longer(c.workload.output_tokens, 1.3);
  EXPECT_NEAR(distance(c, other), 1.3, 1e-9);
  EXPECT_NEAR(distance(other, c), 1.3, 1e-9);
  other.engine.max_num_seqs = 2 * c.engine.max_num_seqs;
  EXPECT_EQ(distance(c, other), 2);
}

// Farther away replicas are simulated again: the closed form alone would be off.
TEST(CarriedOver, FartherThanNearbyItIsSimulatedAgain) {
  cases::Case c = asked();
  c.workload.slo.ttft_p99 = Seconds(0.1);  // queues, which the closed form does not know, take most of it
  c.hardware.max_gpus_per_replica = 1;
  c.engine.batching_is_fixed = true;
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  cases::Case other = c;
  other.workload.prompt_tokens = longer(c.workload.prompt_tokens, 1.5);
  const auto carried = carried_over({c, known}, other);
  ASSERT_TRUE(carried);
  const double found = best_rate(tabulate_everywhere(other, one_sample).baseline);
  const auto closed = [](const cases::Case& at) {
    return closed_form_capacity(at, at.baseline, 1, 1).state.requests_per_second;
  };
  EXPECT_NEAR(best_rate(carried->baseline) / found, 1, 0.05);
  EXPECT_GT(std::abs(best_rate(known.baseline) * closed(other) / closed(c) / found - 1), 0.1)
      << "the premise";
}

int gpus_of_best(const CapacityTable& table) {
  return std::ranges::max_element(
             table.shapes, {}, [](const ShapeCapacity& shape) { return shape.curve(1) / shape.shape.gpus; })
      ->shape.gpus;
}

// Far away another replica serves best, on other GPUs and with larger steps.
TEST(CarriedOver, FarAwayOtherReplicasAreTried) {
  cases::Case c = asked();
  c.hardware.max_gpus_per_replica = 4;
  c.workload.slo.ttft_p99 = Seconds(0.3);
  c.workload.prompt_tokens = {500, 500};
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  cases::Case other = c;
  other.workload.prompt_tokens = longer(c.workload.prompt_tokens, 16);
  const CapacityTables there = tabulate_everywhere(other, one_sample);
  EXPECT_NE(gpus_of_best(there.baseline), gpus_of_best(known.baseline)) << "the premise";
  const auto carried = carried_over({c, known}, other);
  ASSERT_TRUE(carried);
  EXPECT_EQ(gpus_of_best(carried->baseline), gpus_of_best(there.baseline));
  EXPECT_NEAR(best_rate(carried->baseline) / best_rate(there.baseline), 1, 0.1);
  EXPECT_NEAR(best_rate(carried->options[0]) / best_rate(there.options[0]), 1, 0.1);
  // So too by many small ways that lead as far.
  const cases::Case between = [&] {
    cases::Case result = c;
    result.workload.prompt_tokens = longer(c.workload.prompt_tokens, 1.9);
    return result;
  }();
  const auto first = carried_over({c, known}, between);
  cases::Case end = c;
  end.workload.prompt_tokens = longer(c.workload.prompt_tokens, 3.6);
  const auto second = carried_over({between, *first, 1.9}, end);
  EXPECT_NEAR(best_rate(second->baseline) / best_rate(tabulate_everywhere(end, one_sample).baseline), 1, 0.1);
}

// Where answers are too long to simulate, the closed form is soon asked, and says nothing of other places.
TEST(CarriedOver, IsAbsentWhereNothingIsSimulated) {
  const cases::Case c = asked();
  cases::Case other = c;
  other.workload.output_tokens = {50'000, 60'000};
  const CapacityTables known = tabulate_everywhere(c, one_sample),
                       there = tabulate_everywhere(other, one_sample);
  ASSERT_EQ(there.baseline.shapes.at(0).source, CapacitySource::closed_form) << "the premise";
  EXPECT_FALSE(carried_over({c, known}, other));
  EXPECT_FALSE(carried_over({other, there}, c));
}

// However many sequences are allowed: a step has a token for each.
TEST(CarriedOver, StepsHaveATokenForEachSequence) {
  cases::Case c = asked();
  c.engine.max_num_seqs = 64;
  c.engine.token_budget = 128;
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  cases::Case other = c;
  other.engine.max_num_seqs = 1024;
  const auto carried = carried_over({c, known}, other);
  ASSERT_TRUE(carried);
  for (const CapacityTable* table : {&carried->baseline, &carried->options[0]}) {
    ASSERT_FALSE(table->shapes.empty());
    for (const ShapeCapacity& shape : table->shapes)
      EXPECT_LE(shape.shape.max_num_seqs, shape.shape.token_budget);
  }
}

// What serves nobody any more says what it misses; the other option goes on.
TEST(CarriedOver, TellsWhatAnOptionMissesThatIsLost) {
  cases::Case c = asked();
  c.hardware.max_gpus_per_replica = 1;
  c.workload.prompt_tokens = {2000, 2000};
  c.workload.slo.ttft_p99 = Seconds(0.055);  // one prompt alone takes 33 ms in 16 bits, 17 ms in 8
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  ASSERT_FALSE(known.baseline.shapes.empty());
  cases::Case other = c;
  other.workload.prompt_tokens = longer(c.workload.prompt_tokens, 1.8);
  const auto carried = carried_over({c, known}, other);
  ASSERT_TRUE(carried);
  EXPECT_TRUE(carried->baseline.shapes.empty());
  ASSERT_TRUE(carried->baseline.missed);
  const Miss simulated = tabulate_everywhere(other, one_sample).baseline.missed.value();
  EXPECT_EQ(carried->baseline.missed->requirement.measure, simulated.requirement.measure);
  EXPECT_NEAR(carried->baseline.missed->took.value().value(), simulated.took.value().value(), 0.01);
  EXPECT_FALSE(carried->options[0].shapes.empty());
}

// Back from there it is found again.
TEST(CarriedOver, FindsAnOptionThatServesAgain) {
  cases::Case c = asked();
  c.hardware.max_gpus_per_replica = 1;
  c.workload.slo.ttft_p99 = Seconds(0.055);
  c.workload.prompt_tokens = {4000, 4000};
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  ASSERT_TRUE(known.baseline.missed);
  cases::Case other = c;
  other.workload.prompt_tokens = {2000, 2000};
  const auto carried = carried_over({c, known}, other);
  ASSERT_TRUE(carried);
  EXPECT_FALSE(carried->baseline.missed);
  EXPECT_NEAR(best_rate(carried->baseline) / best_rate(tabulate_everywhere(other, one_sample).baseline), 1,
              0.1);
}

// Half of all that the device has: replicas of it are simulated, and carry about half.
TEST(CarriedOver, ToAnotherDevice) {
  const cases::Case c = asked();
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  cases::Case other = c;
  hardware::Device& device = other.hardware.device;
  device.memory_bandwidth *= 0.5;
  *device.peak.bf16 *= 0.5;
  *device.peak.fp8 *= 0.5;
  EXPECT_EQ(replaced_options(c, other), 2) << "its id is the same";
  const auto carried = carried_over({c, known}, other);
  ASSERT_TRUE(carried);
  const CapacityTables there = tabulate_everywhere(other, one_sample);
  EXPECT_NEAR(best_rate(carried->baseline) / best_rate(there.baseline), 1, 0.1);
  EXPECT_NEAR(best_rate(carried->options[0]) / best_rate(there.options[0]), 1, 0.1);
  EXPECT_LT(best_rate(carried->baseline), 0.7 * best_rate(known.baseline));
  EXPECT_EQ(carried->baseline.longer_prompts(2), there.baseline.longer_prompts(2));
  // They are seen as that device runs them.
  const double load = best_rate(there.baseline) / 4;
  EXPECT_GT(carried->baseline.shapes[0].replica->at(load).tpot.p50.value,
            1.5 * known.baseline.shapes[0].replica->at(load).tpot.p50.value);
}

// An option's scheme is its own affair: the others stay as they are.
TEST(CarriedOver, ToAnotherSchemeOfOneOption) {
  cases::Case c = asked();
  c.options.push_back(c.options[0]);
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  cases::Case other = c;
  other.options[1] = c.baseline;
  EXPECT_EQ(replaced_options(c, other), 1);
  const auto carried = carried_over({c, known}, other);
  ASSERT_TRUE(carried);
  EXPECT_NEAR(best_rate(carried->options[1]) / best_rate(known.baseline), 1, 0.1);
  for (const auto& [before, now] :
       {std::pair(&known.baseline, &carried->baseline), std::pair(&known.options[0], &carried->options[0])}) {
    ASSERT_EQ(before->shapes.size(), now->shapes.size());
    for (std::size_t i = 0; i < before->shapes.size(); ++i) {
      EXPECT_EQ(before->shapes[i].shape, now->shapes[i].shape);
      EXPECT_EQ(before->shapes[i].curve(1), now->shapes[i].curve(1));
    }
  }
}

// Of a smaller device more make a replica; where even the largest has no room, none does, and nothing that
// another device missed is said of it.
TEST(CarriedOver, ToADeviceWithLessMemory) {
  cases::Case c = asked();
  const CapacityTables known = tabulate_everywhere(c, one_sample);
  ASSERT_EQ(known.baseline.shapes.front().shape.gpus, 1) << "the premise";
  cases::Case other = c;
  other.hardware.device.memory = Bytes(14e9);
  other.hardware.device.usable_memory = Bytes(14e9);
  const auto carried = carried_over({c, known}, other);
  ASSERT_TRUE(carried);
  ASSERT_FALSE(carried->baseline.shapes.empty());
  EXPECT_GT(carried->baseline.shapes.front().shape.gpus, 1);
  cases::Case none = c, hasty = c;
  none.hardware.device.memory = Bytes(1e9);
  none.hardware.device.usable_memory = Bytes(1e9);
  hasty.workload.slo.ttft_p99 = Seconds(0.001);
  const CapacityTables missed = tabulate_everywhere(hasty, one_sample);
  ASSERT_TRUE(missed.baseline.missed) << "the premise";
  ASSERT_FALSE(tabulate_everywhere(none, one_sample).baseline.missed) << "the premise";
  for (const auto& nowhere : {carried_over({c, known}, none), carried_over({hasty, missed}, none)}) {
    ASSERT_TRUE(nowhere);
    EXPECT_TRUE(nowhere->baseline.shapes.empty());
    EXPECT_FALSE(nowhere->baseline.missed);
  }
}

}  // namespace
}  // namespace bitworth::decision
