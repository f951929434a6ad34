#pragma once

#include <memory>
#include <mutex>
#include <vector>

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

/// A replica at its best shape under the sample that found it. The last loads asked are kept: prices, hours
/// and quality do not move them.
class ServedReplica {
 public:
  ServedReplica(std::shared_ptr<const SimulatedReplica>, const ReplicaShape&,
                std::shared_ptr<const workload::Trace> sample);

  /// May be asked by several threads.
  ServedLoad at(double requests_per_second) const;

 private:
  ServedLoad simulate(double requests_per_second) const;

  std::shared_ptr<const SimulatedReplica> replica_;
  ReplicaShape shape_;
  std::shared_ptr<const workload::Trace> sample_;
  mutable std::mutex mutex_;
  mutable std::vector<ServedLoad> known_;  // oldest first
};

}  // namespace bitworth::decision
