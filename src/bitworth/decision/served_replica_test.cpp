#include "bitworth/decision/served_replica.hpp"

#include <gtest/gtest.h>

#include "bitworth/decision/traffic_sample.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

constexpr ReplicaShape shape{1, 64, 2048};

std::shared_ptr<const SimulatedReplica> simulated() {
  const cases::Case c = tests::ideal_case();
  return std::make_shared<const SimulatedReplica>(c, c.baseline, shape);
}

std::shared_ptr<const workload::Trace> sample_of(std::size_t requests) {
  return std::make_shared<const workload::Trace>(sample_traffic(tests::ideal_case(), requests, 1, 1).front());
}

TEST(ServedReplica, SaysOfEachLoadWhatASimulationOfItSays) {
  const auto replica = simulated();
  const auto sample = sample_of(300);
  const ServedReplica served(replica, shape, sample);
  // More loads than are kept, each asked again when it is known and when it is forgotten.
  for (int round = 0; round < 2; ++round) {
    for (int load = 1; load <= 70; ++load) {
      const serving::Simulation fresh = replica->run(*sample, shape, load);
      for (int again = 0; again < 2; ++again) {
        const ServedLoad seen = served.at(load);
        EXPECT_EQ(seen.requests_per_second, load);
        EXPECT_EQ(seen.ttft.p99.value, fresh.ttft.p99.value);
        EXPECT_EQ(seen.tpot.p50.value, fresh.tpot.p50.value);
        EXPECT_NEAR(seen.batch, fresh.mean_running, 1e-6);
        EXPECT_NEAR(seen.busy_share, fresh.busy_share, 1e-6);
      }
    }
  }
}

TEST(ServedReplica, InAHurryTellsOfALoadNearby) {
  const ServedReplica served(simulated(), shape, sample_of(300));
  for (double load = 0.5; load < 20; load *= 1.37) {
    const ServedLoad seen = served.near(load);
    EXPECT_NEAR(seen.requests_per_second / load, 1, 0.02) << load;
    EXPECT_EQ(seen.ttft.p99.value, served.at(seen.requests_per_second).ttft.p99.value);
    EXPECT_EQ(served.near(seen.requests_per_second * 1.015).requests_per_second, seen.requests_per_second);
  }
}

TEST(ServedReplica, UnderOtherTrafficTakesNoMoreSequencesThanItsTable) {
  const auto other =
      ServedReplica(simulated(), shape, sample_of(300)).under(sample_of(600), {shape.gpus, 1000, 1 << 20});
  EXPECT_EQ(other->shape(), shape);
  EXPECT_EQ(other->at(5).ttft.count, 600U);
}

}  // namespace
}  // namespace bitworth::decision
