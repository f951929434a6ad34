#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "bitworth/units/quantity.hpp"
#include "bitworth/workload/lengths.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::workload {

/// The load of each hour of a week over the week's mean, Monday 0 to 1 o'clock first.
using WeeklyLoad = std::array<double, 168>;

/// Office traffic: from `night` of the busiest hour at 4 o'clock to it at 14, weekends at `weekend` of the
/// rest; scaled to a mean of 1. Assumes: both in 0..1, not both 0.
WeeklyLoad office_week(double night, double weekend);

/// Beginnings that requests share: a system prompt, a document that is asked about again.
struct PrefixSharing {
  int prefixes = 1;         ///< different ones, equally popular
  int prefix_tokens = 512;  ///< of each; a shorter prompt is this beginning of it alone
  double share = 1;         ///< of the requests that begin with one
};

/// How requests come.
struct ArrivalProcess {
  PerSecond rate;     ///< mean
  double gap_cv = 1;  ///< coefficient of variation of the gaps: 1 is Poisson, more is bursty (Gamma)
  std::optional<WeeklyLoad> weekly;  ///< the rate's course; absent: steady
  std::optional<PrefixSharing> sharing;
};

/// So many requests. One seed gives the same trace; arrivals, lengths and prefixes have streams of their own,
/// so that changing one leaves the others as they are. Assumes: rate > 0, gap_cv > 0.
Trace generate(const ArrivalProcess&, const LengthSampler&, std::size_t requests, std::uint64_t seed);

/// A Gamma variate of that shape and mean 1, by Marsaglia and Tsang 2000.
double gamma_of_mean_one(Rng&, double shape);

}  // namespace bitworth::workload
