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

}  // namespace bitworth::workload
