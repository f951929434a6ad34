#pragma once

#include <optional>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/deployment.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/economics/cash_flow.hpp"

namespace bitworth::decision {

/// What an option changes against the baseline, in one draw.
struct Worth {
  double gpus_saved = 0;               ///< negative: it needs more
  double speedup = 0;                  ///< requests/s per GPU inside the SLO
  double dollars_saved_per_month = 0;  ///< of the fleet alone
  economics::CashFlow cash_flow;
  double net_worth = 0;  ///< dollars
};

/// Absent where either of the two cannot serve the traffic.
std::optional<Worth> worth(const cases::Case&, const Inputs&, std::size_t option, const Deployment& baseline,
                           const Deployment& candidate);

/// Deploys both and compares them.
std::optional<Worth> worth(const cases::Case&, const Inputs&, std::size_t option);

/// Dollars spent once: engineering, quantizing, and the hidden costs that come once.
double project_cost(const Inputs&, const OptionInputs&);

/// The fleet's dollars for a month of so many GPUs.
double fleet_dollars_per_month(const Inputs&, const economics::Fleet&);

}  // namespace bitworth::decision
