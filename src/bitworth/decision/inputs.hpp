#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/economics/fleet_cost.hpp"

namespace bitworth::decision {

/// One hidden cost in one draw.
struct HiddenInputs {
  double hours = 0;
  double dollars = 0;
  double hours_per_month = 0;
  double dollars_per_month = 0;
};

/// In place of an option's index, for the baseline.
inline constexpr std::size_t baseline_index = static_cast<std::size_t>(-1);

/// What is uncertain about one option.
struct OptionInputs {
  double kernels = 1;      ///< factor on its times against the baseline's
  double elsewhere = 1;    ///< the same, of a device of its own
  double time_factor = 1;  ///< on every time of its steps: the device's level and the two above
  double capacity = 1;     ///< factor on its capacity, given the baseline's: the width of a search
  double quality_loss = 0;
  double quantization_hours = 0;
  double quantization_gpu_hours = 0;
  double token_inflation = 1;     ///< tokens of its answers over the baseline's
  double price_per_gpu_hour = 0;  ///< dollars; of the case's device unless it has its own
  double api_input = 0;           ///< dollars per million tokens
  double api_output = 0;
  bool pays_hidden_costs = true;  ///< its answers may differ from the baseline's
};

/// One draw of everything that is uncertain; the engines compute with these plain numbers.
struct Inputs {
  double requests_per_second = 0;
  double growth_per_month = 0;
  double price_per_gpu_hour = 0;  ///< dollars; 0 where the case has no price
  double price_change_per_month = 0;
  double reserved_price_per_gpu_hour = 0;  ///< dollars; 0 where nothing is reserved
  economics::OwnedGpu owned;               ///< free where nothing is owned
  double lifetime_months = 0;
  double engineering_hours = 0;
  double engineer_price_per_hour = 0;
  double evaluation_dollars = 0;
  double monitoring_hours_per_month = 0;
  double refresh_hours = 0;
  double level = 1;    ///< factor on all times of the case's device
  double traffic = 1;  ///< factor on all capacities: another sample of the same traffic
  std::vector<HiddenInputs> hidden;
  double hidden_once = 0;       ///< dollars: the sum of the above
  double hidden_per_month = 0;  ///< dollars
  OptionInputs baseline;
  std::vector<OptionInputs> options;
};

/// Something uncertain as a person would name it. It may move several quantities together: how badly a
/// quantized model fares is one unknown of the model and its users, not one of each option.
struct Uncertain {
  std::string name;                   ///< "load", "kernels of w4a16"
  std::string unit;                   ///< of the quantity that it moves; empty: a factor, or several
  std::optional<std::size_t> leader;  ///< whose ranks its own follow
  double correlation = 0;             ///< of the normal scores
};

/// A number of the case with the unknown that moves it; none: it is certain.
struct Quantity {
  std::string name;
  std::string unit;
  std::optional<std::size_t> moved_by;
  Estimate estimate;
  std::function<double&(Inputs&)> place;
  double least = -std::numeric_limits<double>::infinity();  ///< draws below it count as it: hours, dollars
  std::optional<std::size_t> option = std::nullopt;         ///< whose it is; absent: the case's

  /// At a standard normal score of what moves it.
  double at(double score) const { return std::max(least, at_normal_score(estimate, score)); }
};

/// What is uncertain about a case. All options see the same device, load and prices (common random numbers),
/// so that their differences are theirs.
struct Uncertainty {
  std::vector<Uncertain> unknowns;
  std::vector<Quantity> quantities;
  Inputs shape;  ///< as many hidden costs and options as the case has

  /// The inputs at a standard normal score of each unknown; every distribution honours its p10, p50, p90.
  Inputs at(std::span<const double> scores) const;
  /// At the medians.
  Inputs medians() const;
  /// At the medians but for one unknown.
  Inputs with(std::size_t unknown, double score) const;
  std::optional<std::size_t> named(std::string_view name) const;
  /// The quantity that an unknown moves; the first where it moves several.
  const Quantity& moved_first(std::size_t unknown) const;
  /// Whether the option has a quantity of that name of its own.
  bool moves(std::string_view name, std::size_t option) const;
  /// The quantity of its name that is that option's, be it certain; the first that it moves where none is.
  const Quantity& moved_for(std::size_t unknown, std::optional<std::size_t> option) const;
};
/// How far capacities may lie from what was simulated: standard deviations of logarithms.
struct CapacityErrors {
  double common = 0;
  double baseline = 0;
  std::vector<double> options;
};
/// `kernel_doubts`: by option, how many times the kernels' bad side is as long as their good one; absent: 1.
Uncertainty uncertainty_of(const cases::Case&, const CapacityErrors& = {},
                           std::span<const double> kernel_doubts = {});

/// Standard deviation of the logarithm of an option's time factor.
double time_factor_sigma(const cases::Case&, std::size_t option);

/// Whose kernels an option's times hang on: its scheme's, or its KV cache's where only that differs. Options
/// of one scheme share their draw.
std::string kernels_of(const cases::Case&, const cases::Option&);

/// Fills in what follows from the other inputs: time factors and sums of hidden costs.
void complete(Inputs&);

/// Every input at its median.
Inputs median_inputs(const cases::Case&);

/// The case as the option sees it: on its own device where it has one.
cases::Case as_seen_by(const cases::Case&, const cases::Option&);

}  // namespace bitworth::decision
