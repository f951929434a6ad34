#include "bitworth/decision/served_replica.hpp"

#include <gtest/gtest.h>

#include "bitworth/decision/traffic_sample.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

TEST(ServedReplica, SaysOfEachLoadWhatASimulationOfItSays) {
  const cases::Case c = tests::ideal_case();
  const ReplicaShape shape{1, 64, 2048};
  const auto replica = std::make_shared<const SimulatedReplica>(c, c.baseline, shape);
  const auto sample = std::make_shared<const workload::Trace>(sample_traffic(c, 300, 1, 1).front());
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
        EXPECT_EQ(seen.batch, fresh.mean_running);
        EXPECT_EQ(seen.busy_share, fresh.busy_share);
      }
    }
  }
}

TEST(ServedReplica, InAHurryTellsOfALoadNearby) {
  const cases::Case c = tests::ideal_case();
  const ReplicaShape shape{1, 64, 2048};
  const auto replica = std::make_shared<const SimulatedReplica>(c, c.baseline, shape);
  const auto sample = std::make_shared<const workload::Trace>(sample_traffic(c, 300, 1, 1).front());
  const ServedReplica served(replica, shape, sample);
  for (double load = 0.5; load < 20; load *= 1.37) {
    const ServedLoad seen = served.near(load);
    EXPECT_NEAR(seen.requests_per_second / load, 1, 0.02) << load;
    EXPECT_EQ(seen.ttft.p99.value, served.at(seen.requests_per_second).ttft.p99.value);
    EXPECT_EQ(served.near(seen.requests_per_second * 1.015).requests_per_second, seen.requests_per_second);
  }
}

TEST(ServedReplica, UnderOtherTrafficTakesNoMoreSequencesThanItsTable) {
  const cases::Case c = tests::ideal_case();
  const ReplicaShape shape{1, 64, 2048};
  const auto replica = std::make_shared<const SimulatedReplica>(c, c.baseline, shape);
  const auto few = std::make_shared<const workload::Trace>(sample_traffic(c, 300, 1, 1).front());
  const auto more = std::make_shared<const workload::Trace>(sample_traffic(c, 600, 1, 1).front());
  const auto other = ServedReplica(replica, shape, few).under(more, 1000);
  EXPECT_EQ(other->shape(), shape);
  EXPECT_EQ(other->at(5).ttft.count, 600U);
}

}  // namespace
}  // namespace bitworth::decision
