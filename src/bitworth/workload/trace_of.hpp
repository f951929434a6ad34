#pragma once

#include <cstddef>
#include <cstdint>

#include "bitworth/workload/workload.hpp"

namespace bitworth::workload {

/// The requests that a simulation of the workload runs on, at its mean rate: the first of its log, times
/// drawn out or together to that rate; without a log, so many drawn ones. A log that tells no times has its
/// requests arrive as drawn. One seed gives the same trace.
/// Assumes: requests_per_second > 0; lengths are known.
Trace trace_of(const Workload&, std::size_t requests, std::uint64_t seed);

/// The log with lengths drawn anew where they are given; the other ones stay. Prompts of new lengths share no
/// beginnings. One seed gives the same trace.
Trace with_lengths(const Trace& log, const std::optional<LengthDistribution>& prompt,
                   const std::optional<LengthDistribution>& output, double rank_correlation,
                   std::uint64_t seed);

}  // namespace bitworth::workload
