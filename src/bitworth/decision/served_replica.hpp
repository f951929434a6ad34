#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "bitworth/decision/capacity_points.hpp"
#include "bitworth/decision/simulated_replica.hpp"

namespace bitworth::decision {

/// What the simulator sees of one replica at a load.
struct ServedLoad {
  double requests_per_second = 0;  ///< of the replica
  serving::Distribution ttft, tpot;
  double memory_bound_fraction = 0;  ///< of the busy time
  double batch = 0;                  ///< sequences, mean while busy
  double busy_share = 0;
};

/// A replica at its best shape under a sample of the traffic. The last loads asked are kept: prices, hours
/// and quality do not move them.
class ServedReplica {
 public:
  ServedReplica(std::shared_ptr<const SimulatedReplica>, const ReplicaShape&,
                std::shared_ptr<const workload::Trace> sample);

  /// May be asked by several threads, as all that follows.
  ServedLoad at(double requests_per_second) const;

  /// At a load within 2 % of that: at few enough that most of them are known.
  ServedLoad near(double requests_per_second) const;

  /// Whether the tables of its step times reach so far. Assumes: the shape has its GPUs.
  bool takes(const ReplicaShape&) const;

  /// The same replica under other traffic, with other settings as far as it takes them.
  std::shared_ptr<const ServedReplica> under(std::shared_ptr<const workload::Trace>,
                                             const ReplicaShape&) const;

  /// What it carries of other traffic inside the SLO of the case, with other settings. Assumes: it takes
  /// them; replica, traffic and case outlive it.
  CapacityPoints points(const workload::Trace&, const cases::Case&, const ReplicaShape&) const;

  const ReplicaShape& shape() const { return shape_; }

 private:
  ServedLoad simulate(double requests_per_second) const;

  std::shared_ptr<const SimulatedReplica> replica_;
  ReplicaShape shape_;
  std::shared_ptr<const workload::Trace> sample_;
  mutable std::mutex mutex_;
  mutable std::vector<ServedLoad> known_;  // oldest first
};

}  // namespace bitworth::decision
