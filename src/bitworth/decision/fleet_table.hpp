#pragma once

#include <vector>

#include "bitworth/decision/fleet_uses.hpp"

namespace bitworth::decision {

/// The fleets of one option (or the baseline) by load and time factor, looked up rather than planned: what
/// plan_fleet() gives, within the width of a cell. Assumes: the uses outlive it.
class FleetTable {
 public:
  /// `sigma`: of the logarithm of the time factor; the table reaches five of them to both sides.
  FleetTable(const cases::Case&, FleetUses&, const CapacityTable&, int committed_gpus, double sigma);

  struct Found {
    const economics::FleetUse* use = nullptr;  ///< null: it cannot serve such a load
    double requests_per_second_per_gpu = 0;
  };
  /// The replicas of a draw: from here on fleets are of these. `rate_factor` multiplies every capacity.
  void take(double time_factor, double rate_factor);
  /// None either where the fleet of this draw is beyond the ceiling: more times the GPUs of the same replicas
  /// with their times at the medians, and more than one of the largest instances. Costs some nanoseconds a
  /// shape. Assumes: take() was called.
  Found at(double requests_per_second) {
    Found best;
    for (const Shape& shape : shapes_) {
      if (!(shape.capacity > 0)) continue;
      const economics::FleetUse& use =
          uses_->at(*shape.row, requests_per_second * shape.replicas_per_request);
      // Of fleets of one size the one that carries more, as plan_fleet() has it.
      if (best.use == nullptr || use.peak.gpus() < best.use->peak.gpus() ||
          (use.peak.gpus() == best.use->peak.gpus() && shape.per_gpu > best.requests_per_second_per_gpu))
        best = {&use, shape.per_gpu};
    }
    // No replica that carries a share of its usual rate makes a fleet that many times as large.
    if (is_near_ceiling_ && best.use != nullptr && beyond_ceiling(best.use->peak.gpus(), requests_per_second))
      return {};
    return best;
  }

 private:
  struct Shape {
    FleetUses::Row* row;
    double rate_at_medians = 0;       // of a replica, before the rate factor
    double largest_time_factor = 0;   // beyond it nothing is served in time
    double capacity = 0;              // of a replica of this draw, requests/s
    double per_gpu = 0;               // the same for each of its GPUs
    double nominal = 0;               // of a replica with all times at their medians
    double replicas_per_request = 0;  // so many for a request a second
    std::vector<double> rates = {};   // by time factor, in equal steps
  };
  double rate(const Shape&, double time_factor) const;
  bool beyond_ceiling(int gpus, double requests_per_second);

  FleetUses* uses_;
  double lowest_ = 1, steps_per_factor_ = 0;
  double ceiling_ = 4;
  int largest_instance_ = 1;
  bool is_near_ceiling_ = false;  // some shape of this draw carries so much less than at the medians
  std::vector<Shape> shapes_;
};

}  // namespace bitworth::decision
