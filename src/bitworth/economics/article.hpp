#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"

namespace bitworth::economics {

// The article's functions, with its names, its formulas and the rounding of its floats. corrected.hpp holds
// the better-founded figure for each.

/// What a step of the engine does; other: prompts and answers mixed, or unknown.
enum class Phase { prefill, decode, other };

enum class Bottleneck { compute_bound, memory_bound, mixed };

std::string to_text(Phase);
std::string to_text(Bottleneck);  ///< "compute_bound", as the article writes it
std::optional<Phase> phase_named(std::string_view name);

Problems check_batch_size(double batch_size);

/// The phase decides; only where it is neither prefill nor decode does the batch.
Bottleneck identify_bottleneck(Phase, double batch_size);

struct RoiInput {
  double current_tps = 0;            ///< tokens per second
  double current_cost_per_hour = 0;  ///< dollars
  double memory_bound_fraction = 0;  ///< 0 to 1
  double quantization_speedup = 1;   ///< of the memory-bound part
  double quality_degradation = 0;    ///< 0 to 1
};

struct Roi {
  double speedup = 1;
  double tps_before = 0;
  double tps_after = 0;
  double cost_per_million_before = 0;  ///< dollars per million tokens
  double cost_per_million_after = 0;
  std::optional<double> cost_reduction_percent;  ///< absent: nothing is paid, so nothing is reduced
  std::string quality_cost;                      ///< "2.0% quality degradation"
  std::string recommendation;                    ///< "worth_it" or "evaluate_carefully"
};

/// Each value out of its domain, by its flag. An input without problems has finite results.
Problems check(const RoiInput&);

Roi quantization_roi(const RoiInput&);

/// "worth_it" above 1.1x with less than 3 % of the quality lost, else "evaluate_carefully".
std::string recommendation(double speedup, double quality_degradation);

struct PaybackInput {
  double monthly_compute_cost = 0;  ///< dollars
  double engineering_hours = 0;
  double eng_hourly_cost = 0;  ///< dollars
  double speedup_factor = 1;
};

struct Payback {
  double monthly_savings = 0;            ///< dollars; negative where the bill grows
  double engineering_investment = 0;     ///< dollars
  std::optional<double> payback_months;  ///< absent: never
  double year_1_net = 0;                 ///< dollars
};

Problems check(const PaybackInput&);

Payback total_cost_analysis(const PaybackInput&);

/// Adds a problem unless low <= value <= high: "--tps 0: must be ...". What is above 0 but next to nothing is
/// one too.
void check_range(Problems&, std::string_view flag, double value, double low, double high,
                 std::string_view allowed);

}  // namespace bitworth::economics
