#pragma once

#include <cstddef>
#include <cstdint>

#include "bitworth/cases/case.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::decision {

/// A sample of the case's requests, at one request/s: whoever simulates it stretches the arrivals. The same
/// sample serves every option that is compared. Lengths are cut to what the model reads.
workload::Trace sample_traffic(const cases::Case&, std::size_t requests, std::uint64_t seed);

}  // namespace bitworth::decision
