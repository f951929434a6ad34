#pragma once

#include <vector>

#include "bitworth/decision/fleet_plan.hpp"

namespace bitworth::decision {

/// The fleets of one option (or the baseline) by load and time factor, looked up rather than planned: what
/// plan_fleet() gives, within the width of a cell. Built once for all draws.
class FleetTable {
 public:
  /// `sigma`: of the logarithm of the time factor; the table reaches five of them to both sides.
  FleetTable(const cases::Case&, const Basis&, std::size_t option, int committed_gpus, double sigma);

  struct Found {
    const economics::FleetUse* use = nullptr;  ///< null: it cannot serve such a load
    double requests_per_second_per_gpu = 0;
  };
  /// The replicas of a draw: from here on fleets are of these. `rate_factor` multiplies every capacity.
  void take(double time_factor, double rate_factor);
  /// None either where the fleet of this draw is beyond the ceiling: more times the GPUs of the same replicas
  /// with their times at the medians, and more than one of the largest instances. Costs some nanoseconds a
  /// shape. Assumes: take() was called.
  Found at(double requests_per_second) const;

 private:
  struct Shape {
    int gpus = 1;
    double largest_time_factor = 0;         // beyond it nothing is served in time
    double rate_at_medians = 0;             // of a replica, before the rate factor
    double capacity = 0;                    // of a replica of this draw, requests/s
    double nominal = 0;                     // the same with all times at their medians
    double replicas_per_request = 0;        // so many for a request a second
    std::vector<double> rates;              // by time factor, in equal steps
    std::vector<economics::FleetUse> uses;  // by load over the capacity of a replica
  };
  Shape tabulate(const cases::Case&, const Basis&, const ShapeCapacity&, int committed_gpus) const;
  double rate(const Shape&, double time_factor) const;
  std::size_t cell(double load) const;
  bool beyond_ceiling(int gpus, double requests_per_second) const;

  double lowest_ = 1, steps_per_factor_ = 0;
  bool flat_ = true;        // one level of load: cells are numbers of replicas
  double per_replica_ = 1;  // replicas for a load of one replica's capacity, where flat
  double ceiling_ = 4;
  int largest_instance_ = 1;
  bool is_near_ceiling_ = false;  // some shape of this draw carries so much less than at the medians
  std::vector<Shape> shapes_;
};

}  // namespace bitworth::decision
