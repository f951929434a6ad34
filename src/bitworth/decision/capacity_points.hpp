#pragma once

#include <map>
#include <vector>

#include "bitworth/decision/capacity_curve.hpp"
#include "bitworth/decision/capacity_table.hpp"
#include "bitworth/decision/simulated_replica.hpp"

namespace bitworth::decision {

/// What one replica carries under one sample of the traffic: rates that were simulated, with the slack that
/// the SLO leaves at each. Assumes: case, replica and trace outlive it.
class CapacityPoints {
 public:
  CapacityPoints(const cases::Case&, const SimulatedReplica&, const workload::Trace&, const ReplicaShape&);

  /// How much slower everything could be at that rate, of a replica with median times. Where that is less
  /// than `enough`, this alone may be told, in less time.
  Slack slack_at(double rate, double enough = 0);

  /// The highest rate inside the SLO, times at their medians: interpolated between two simulated ones that
  /// differ by no more than the precision. 0: missed at any rate. `step`: how far off the guess may well be.
  double rate_at_median(double guess, double precision, double step = 1.25);

  /// The capacity against the time factor, from `fast` to `slow` at least where the SLO can be kept there.
  /// Empty: not even at `fast`.
  CapacityCurve curve(double guess, double fast, double slow, double precision);

  /// What is missed first, just above the capacity at the median. Assumes: rate_at_median() found one.
  serving::Requirement gives_way() const;

  /// What the least load that was tried misses. Assumes: rate_at_median() found none.
  Miss miss();

  /// The least load that was tried.
  double least_rate() const { return slacks_.begin()->first; }

  int simulations() const { return static_cast<int>(slacks_.size()); }

 private:
  struct Bracket {
    double low = 0, high = 0;  // rates; the slack at low is not below the one asked for, at high it is
  };
  bool carries(double rate, double slack) { return slack_at(rate).factor >= slack; }
  Bracket bracket(double guess, double slack, double step);
  std::vector<std::pair<double, double>> falling() const;

  const SimulatedReplica& replica_;
  const workload::Trace& trace_;
  ReplicaShape shape_;
  std::vector<serving::Requirement> requirements_;
  double floor_ = 0;  // the least rate to try
  std::map<double, Slack> slacks_;
};

}  // namespace bitworth::decision
