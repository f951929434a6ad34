#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::decision {

/// So many samples of the case's requests, drawn or stretches of its log, at rates of their own: whoever
/// simulates one stretches its arrivals. The same samples serve every option that is compared. Lengths are
/// cut to what the model reads. Never empty; of a short log the samples overlap, and may be one and the same.
std::vector<workload::Trace> sample_traffic(const cases::Case&, std::size_t requests, int samples,
                                            std::uint64_t seed);

/// Tokens that a prompt, or an answer, of it has at most.
std::int32_t longest_request(const cases::Case&);

}  // namespace bitworth::decision
