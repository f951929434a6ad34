#pragma once

#include <string>
#include <vector>

#include "bitworth/decision/draws.hpp"
#include "bitworth/decision/payoff.hpp"
#include "bitworth/decision/samples.hpp"

namespace bitworth::decision {

/// What one unknown does to an option's net worth.
struct Swing {
  std::size_t unknown = 0;
  std::string name;
  std::string unit;
  double low = 0;  ///< the quantity at its p10
  double high = 0;
  double worth_at_low = 0;  ///< dollars, all else at the medians
  double worth_at_high = 0;
  double rank_correlation =
      0;  ///< with the net worth over the draws: steps in whole GPUs hide from the two above

  double size() const {
    return worth_at_high > worth_at_low ? worth_at_high - worth_at_low : worth_at_low - worth_at_high;
  }
};

/// Every unknown at its p10 and its p90, the widest swing first.
std::vector<Swing> tornado(Payoffs&, const Uncertainty&, const Samples&, std::size_t option);

}  // namespace bitworth::decision
