#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/capacity_points.hpp"
#include "bitworth/decision/capacity_table.hpp"
#include "bitworth/decision/replica_shape.hpp"

namespace bitworth::decision {

/// What an option's replicas carry of new traffic, by few simulations of one sample that begin with guesses:
/// the curves of its table.
class RoughSearch {
 public:
  /// `shown`: the sample under which the replicas are seen afterwards. Assumes: case, option and the first
  /// sample outlive it; the case is as the option's device sees it.
  RoughSearch(const cases::Case&, const cases::Option&, const workload::Trace& sample,
              std::shared_ptr<const workload::Trace> shown);

  /// All curves move by what the best replica carries over what was guessed. Those that serve nothing are
  /// left out; where none is left, what the largest misses is told.
  void level(CapacityTable&) const;

  /// The same where other GPUs per replica and other token budgets may serve best: those that look promising
  /// are tried, mostly with one simulation each. The table may be empty.
  void level_widely(CapacityTable&) const;

 private:
  struct Best {
    std::size_t index = 0;  // in the table
    double rate = 0;        // requests/s of the sample
    std::unique_ptr<CapacityPoints> points;
  };
  std::optional<Best> find(CapacityTable&) const;
  std::optional<Best> move_to_best(CapacityTable&) const;
  void add_promising(CapacityTable&) const;
  void try_other_gpus(CapacityTable&, Best&) const;
  void try_other_budgets(CapacityTable&, Best&) const;
  Slack try_instead(CapacityTable&, Best&, std::size_t index, const ReplicaShape&, double enough) const;
  std::unique_ptr<CapacityPoints> points(ShapeCapacity&, const ReplicaShape&) const;
  void leave_out_hopeless(CapacityTable&) const;
  double closed_form_ratio(int gpus, int other_gpus) const;

  const cases::Case& case_;
  const cases::Option& option_;
  const workload::Trace& sample_;
  std::shared_ptr<const workload::Trace> shown_;
};

}  // namespace bitworth::decision
