#include "bitworth/decision/shape_candidates.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "bitworth/decision/fleet_plan.hpp"
#include "bitworth/decision/fleet_table.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

std::vector<int> gpus_of(const std::vector<ShapeCandidate>& shapes) {
  std::vector<int> result;
  for (const ShapeCandidate& each : shapes) result.push_back(each.shape.gpus);
  return result;
}

cases::Case with_ttft(double seconds) {
  cases::Case c = tests::ideal_case();
  c.hardware.instance_sizes = {1, 2, 4, 8};
  c.hardware.max_gpus_per_replica = 8;
  c.workload.prompt_tokens = {2000, 8000};
  c.workload.output_tokens = {100, 300};
  c.workload.slo = {Seconds(seconds), std::nullopt};
  return c;
}

// Queues take their part of a tight SLO, so wide replicas stay though the closed form prefers narrow ones.
TEST(ShapeCandidates, KeepWideReplicasUnderATightSlo) {
  const cases::Case easy = with_ttft(100), tight = with_ttft(0.35);
  const std::vector<int> calm = gpus_of(promising_shapes(easy, easy.baseline));
  const std::vector<int> hurried = gpus_of(promising_shapes(tight, tight.baseline));
  EXPECT_EQ(calm.front(), 1);
  EXPECT_EQ(hurried.front(), 1);
  EXPECT_GT(hurried.back(), calm.back());
}

TEST(ShapeCandidates, KeepTheLargestWhereNoneMeetsTheSlo) {
  const cases::Case hopeless = with_ttft(1e-4);
  EXPECT_EQ(gpus_of(promising_shapes(hopeless, hopeless.baseline)), (std::vector{1, 8}));
}

// Two replicas of one GPU, or one of two that carries three times as much: the same GPUs, and not the same
// fleet.
TEST(FleetPlan, OfFleetsOfOneSizeTakesTheOneThatCarriesMore) {
  cases::Case c = tests::ideal_case();
  c.hardware.headroom = 1;
  c.hardware.instance_sizes = {1, 2};
  c.workload.requests_per_second = certain(2, Provenance::stated, "test");
  Basis basis;
  basis.load = economics::always_at_peak(1);
  const auto shape = [](int gpus, double rate) {
    return ShapeCapacity{ReplicaShape{gpus},
                         CapacityCurve({{0.5, 2 * rate}, {1, rate}, {2, rate / 2}}, false),
                         CapacitySource::simulated, nullptr, std::nullopt};
  };
  for (const auto& shapes : {std::vector{shape(1, 1), shape(2, 6)}, std::vector{shape(2, 6), shape(1, 1)}}) {
    basis.capacities.baseline = {shapes, std::nullopt, 0};
    const auto plan = plan_fleet(c, basis, median_inputs(c), baseline_index);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->gpus(), 2);
    EXPECT_EQ(plan->shape.gpus, 2);
    FleetUses uses(c, basis);
    FleetTable table(c, uses, basis.table(baseline_index), 0, 0.01);
    table.take(1, 1);
    const FleetTable::Found found = table.at(2);
    ASSERT_NE(found.use, nullptr);
    EXPECT_EQ(found.use->peak.gpus(), 2);
    EXPECT_NEAR(found.requests_per_second_per_gpu, 3, 0.01);
  }
}

}  // namespace
}  // namespace bitworth::decision
