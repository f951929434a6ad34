#pragma once

#include <expected>
#include <memory>
#include <mutex>
#include <vector>

#include "bitworth/decision/capacity_table.hpp"
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

  /// The same replica under other traffic, with so many sequences in a step, or as many as it can have.
  std::shared_ptr<const ServedReplica> under(std::shared_ptr<const workload::Trace>, int max_num_seqs) const;

  /// Requests/s that it carries of other traffic inside the SLO of the case, sought from a guess; or what it
  /// misses at any load.
  std::expected<double, Miss> capacity_under(const workload::Trace&, const cases::Case&, double guess,
                                             double precision) const;

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
