#pragma once

#include <memory>

#include "bitworth/decision/capacity_points.hpp"
#include "bitworth/decision/capacity_table.hpp"
#include "bitworth/decision/served_replica.hpp"
#include "bitworth/decision/shape_candidates.hpp"

namespace bitworth::decision {

/// A replica of so many GPUs at its best settings: the engine's own, or half or twice its sequences,
/// an eighth to twice its tokens, where that carries more at the medians. Assumes: case and option outlive
/// it.
class ShapeExplorer {
 public:
  ShapeExplorer(const cases::Case&, const cases::Option&, const ShapeCandidate&,
                std::shared_ptr<const workload::Trace> sample, double precision);

  /// False: the weights leave no room for a single block of cache; then nothing else may be asked.
  bool fits() const { return replica_->kv_blocks() > 0; }

  const ReplicaShape& shape() const { return shape_; }
  /// Requests/s at the medians; 0: none in time.
  double rate() const { return rate_; }
  double rate_per_gpu() const { return rate_ / shape_.gpus; }

  /// The whole curve, from time factor `fast` to `slow`. Without points: it cannot serve even at `fast`.
  ShapeCapacity capacity(double fast, double slow);

  /// rate() under another sample.
  double rate_under(const workload::Trace&);

  /// What the least load that was tried misses. Assumes: rate() is 0.
  Miss miss() { return best_->miss(); }

  int simulations() const { return simulations_ + best_->simulations(); }

 private:
  std::unique_ptr<CapacityPoints> points(const ReplicaShape&) const;
  void try_instead(const ReplicaShape&);

  const cases::Case& case_;
  std::shared_ptr<const workload::Trace> sample_;
  double precision_;
  ReplicaShape largest_;
  std::shared_ptr<const SimulatedReplica> replica_;
  ReplicaShape shape_;
  std::unique_ptr<CapacityPoints> best_;
  double rate_ = 0;
  int simulations_ = 0;  // besides the best shape's
};

}  // namespace bitworth::decision
