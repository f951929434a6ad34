#pragma once

#include <optional>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/economics/fleet.hpp"
#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/steady_state.hpp"

namespace bitworth::decision {

/// An option on its own best shape: the GPUs per replica for which the whole fleet is smallest.
struct Deployment {
  int gpus_per_replica = 0;
  roofline::MemoryPlan memory;
  double sequences_that_fit = 0;
  roofline::Capacity capacity;
  std::optional<economics::Fleet> fleet;  ///< absent: it cannot serve this traffic here; see capacity.missed

  bool feasible() const { return fleet.has_value(); }
  /// Requests/s that one GPU carries inside the SLO.
  double requests_per_second_per_gpu() const { return capacity.state.requests_per_second / gpus_per_replica; }
};

/// The step times of the option on that many GPUs per replica.
roofline::StepModel step_model(const cases::Case&, const cases::Option&, double time_factor,
                               int gpus_per_replica);

/// The best deployment; where none is feasible, the widest one tried, to say by how much it fails.
Deployment best_deployment(const cases::Case&, const cases::Option&, double time_factor,
                           double requests_per_second);

}  // namespace bitworth::decision
