#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bitworth/serving/simulate.hpp"

namespace bitworth::serving {

/// One requirement: that percentile of that measure stays within the limit.
struct Requirement {
  enum class Measure { ttft, tpot, e2e } measure = Measure::ttft;
  double percentile = 0.99;
  Seconds limit;
};

/// "TTFT".
std::string to_text(Requirement::Measure);

/// What a search found. The truth of this trace lies from `highest_met` up to, but not including,
/// `lowest_missed`.
struct ServingCapacity {
  PerSecond highest_met;                    ///< 0: not even the lowest rate tried
  PerSecond lowest_missed;                  ///< infinite: nothing tried missed
  std::optional<Requirement> first_missed;  ///< what gives way at lowest_missed
  int simulations = 0;
};

struct CapacitySearch {
  SimulationSettings settings;  ///< its arrival_stretch is ignored
  std::vector<Requirement> requirements;
  double precision = 0.01;  ///< stop when lowest_missed / highest_met is below 1 + this
  PerSecond first_guess{1};
};

/// The highest rate at which the trace's requests, their arrivals drawn together, meet every requirement: by
/// doubling or halving from the guess, then by bisection of the logarithm. The same requests come in the same
/// order at any rate, and for any option that is compared: common random numbers.
/// Assumes: more load never helps; the trace has at least two arrivals at different times.
ServingCapacity search_capacity(const workload::Trace&, const StepTable&, const CapacitySearch&);

/// The first requirement that the simulation misses; requests that were rejected miss every one.
std::optional<Requirement> missed(const Simulation&, const std::vector<Requirement>&, double rejected_share);

}  // namespace bitworth::serving
