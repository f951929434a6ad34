#pragma once

#include <optional>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/fleet_plan.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/economics/cash_flow.hpp"

namespace bitworth::decision {

/// What an option changes against the baseline, in one draw.
struct Worth {
  double gpus_saved = 0;  ///< at the peak; negative: it needs more
  double speedup = 0;     ///< requests/s per GPU inside the SLO
  economics::FleetSaving saving;
  double dollars_saved_per_month = 0;    ///< of the fleet alone, the mean over the horizon
  economics::CashFlow cash_flow;         ///< while the commitment lasts
  double net_worth = 0;                  ///< dollars
  std::optional<double> payback_months;  ///< absent: never
};

/// Compares two plans; absent where either cannot serve the traffic.
std::optional<Worth> worth(const cases::Case&, const Basis&, const Inputs&, std::size_t option,
                           const std::optional<FleetPlan>& baseline,
                           const std::optional<FleetPlan>& candidate);

/// Plans both fleets and compares them.
std::optional<Worth> worth(const cases::Case&, const Basis&, const Inputs&, std::size_t option);

/// Dollars spent once: engineering, quantizing, and the hidden costs that come once.
double project_cost(const Inputs&, const OptionInputs&);

}  // namespace bitworth::decision
