#pragma once

#include <optional>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/fleet_plan.hpp"
#include "bitworth/decision/served_replica.hpp"
#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/steady_state.hpp"

namespace bitworth::decision {

/// Dollars at the mean load, idle GPUs paid for. Prompts and answers share them by the GPU time of prefill
/// and decode.
struct UnitCosts {
  double per_request = 0;
  double per_million_input_tokens = 0;
  double per_million_output_tokens = 0;
  double per_million_tokens = 0;  ///< of both kinds together
};

/// How an option runs, all inputs at their medians.
struct Operation {
  ReplicaShape shape;             ///< the plan's; without one, the widest replica tried
  std::optional<FleetPlan> plan;  ///< absent: it cannot serve the traffic here
  std::optional<Miss> missed;     ///< then: what it misses, unless it does not fit at all
  CapacitySource source = CapacitySource::simulated;
  double capacity_error = 0;  ///< standard deviation of the logarithm of the capacity: samples and search
  std::optional<serving::Requirement> gives_way;  ///< what the SLO misses first, just above the capacity
  std::optional<ServedLoad> at_mean, at_peak;     ///< absent without a plan, or where nothing is simulated

  // In closed form: why the simulator finds what it finds.
  roofline::MemoryPlan memory;
  double sequences_that_fit = 0;
  roofline::Capacity closed_form;
  roofline::SteadyState state;  ///< of one replica at the mean load
  roofline::StepTime decode;    ///< a step that only decodes, at that batch
  roofline::StepTime prefill;   ///< a step that only prefills, a full token budget
  double decode_share = 0;      ///< of the replica's time: decode against prefill

  std::optional<economics::FleetCost> cost;  ///< absent without a plan or a price
  std::optional<UnitCosts> unit_costs;       ///< of `cost.after`

  bool served_by_others = false;  ///< an API: only costs are known

  bool feasible() const { return plan.has_value(); }
  /// The simulator's at the mean load; where nothing was simulated, the closed form's.
  double memory_bound_fraction() const;
  double batch_at_mean_load() const;
};

/// Operates an option, or by baseline_index the baseline. Assumes: `medians` are the case's.
Operation operate(const cases::Case&, const Basis&, const Inputs& medians, std::size_t option);

/// An option that somebody else serves: what it costs, and nothing else. Assumes: it is one.
Operation operate_api(const cases::Case&, const Inputs& medians, std::size_t option);

/// The same of one option, or the baseline: nothing else of the case is simulated.
Operation operate_alone(const cases::Case&, std::size_t option);

/// Time of one decode-only step over that of the same step of another option on the same GPUs: "how much
/// faster is a step", without capacity or fleet.
double step_ratio(const cases::Case&, const Inputs&, std::size_t option, double batch, int gpus_per_replica);

}  // namespace bitworth::decision
