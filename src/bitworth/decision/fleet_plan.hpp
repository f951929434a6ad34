#pragma once

#include <optional>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/capacity_table.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/economics/fleet_cost.hpp"

namespace bitworth::decision {

/// What the answers to a case rest on besides its inputs: computed once, before any draw.
struct Basis {
  CapacityTables capacities;
  economics::LoadCurve load;
  int committed_gpus = 0;   ///< reserved or bought already
  bool in_a_hurry = false;  ///< latencies are told at loads nearby, which may be known

  /// Of an option, or with baseline_index of the baseline.
  const CapacityTable& table(std::size_t option) const;
  /// What answers that are so much longer leave of an option's capacity.
  double rate_of_inflated(std::size_t option, double token_inflation) const;
  CapacityErrors errors() const;
};
Basis prepare(const cases::Case&, CapacityTables);
Basis prepare(const cases::Case&, const CapacitySettings& = {});

/// What the option's replicas carry when prompts or answers are longer.
void add_length_scales(const cases::Case&, const cases::Option&, CapacityTable&);

/// The capacities of all options, those on devices of their own with a baseline there. They do not hang on
/// the load, its peak, prices, hours or the quality margin: whoever asks again with others may keep them.
CapacityTables tabulate_everywhere(const cases::Case&, const CapacitySettings&);

/// An option's fleet at a load: whole replicas of its best shape there, on whole instances.
struct FleetPlan {
  std::size_t shape_index = 0;  ///< in the option's table
  ReplicaShape shape;
  double replica_requests_per_second = 0;  ///< inside the SLO
  economics::FleetUse use;

  int gpus() const { return use.peak.gpus(); }
  double requests_per_second_per_gpu() const { return replica_requests_per_second / shape.gpus; }
};

/// The plan of an option (or the baseline, by baseline_index) in one draw: the shape with the fewest GPUs at
/// the peak, among equals the one with the smallest replicas. Empty: no shape serves a request in time, or
/// none fits an instance. Costs a few hundred nanoseconds.
std::optional<FleetPlan> plan_fleet(const cases::Case&, const Basis&, const Inputs&, std::size_t option);

/// What this draw's GPUs cost; all zero without a price.
economics::GpuTerms gpu_terms(const cases::Case&, const Basis&, const Inputs&);

}  // namespace bitworth::decision
