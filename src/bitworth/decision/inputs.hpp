#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/economics/fleet_cost.hpp"

namespace bitworth::decision {

/// What is uncertain about one option.
struct OptionInputs {
  double time_factor = 1;     ///< on every time of its steps
  double capacity_score = 0;  ///< standard normal: how far its capacity is off, given the baseline's
  double quality_loss = 0;
  double quantization_hours = 0;
};

/// One draw of everything that is uncertain; the engines compute with these plain numbers.
struct Inputs {
  double requests_per_second = 0;
  double price_per_gpu_hour = 0;           ///< dollars, on demand; 0 where the case has no price
  double reserved_price_per_gpu_hour = 0;  ///< dollars; 0 where nothing is reserved
  economics::OwnedGpu owned;               ///< free where nothing is owned
  double traffic_score = 0;                ///< standard normal: how far all capacities are off together
  double engineering_hours = 0;
  double engineer_price_per_hour = 0;
  double hidden_once = 0;       ///< dollars
  double hidden_per_month = 0;  ///< dollars
  OptionInputs baseline;
  std::vector<OptionInputs> options;
};

/// In place of an option's index, for the baseline.
inline constexpr std::size_t baseline_index = static_cast<std::size_t>(-1);

/// Standard deviation of the logarithm of an option's time factor.
double time_factor_sigma(const cases::Case&, std::size_t option);

/// Every input at its median.
Inputs median_inputs(const cases::Case&);

/// Draw number `index` of a seed. Each input has a stream of its own, and all options see the same device,
/// load and prices (common random numbers), so that their differences are theirs.
std::vector<Inputs> draw_inputs(const cases::Case&, int draws, std::uint64_t seed);

}  // namespace bitworth::decision
