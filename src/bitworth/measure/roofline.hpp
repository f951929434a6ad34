#pragma once

#include <optional>
#include <string>

#include "bitworth/cases/evidence.hpp"

namespace bitworth::measure {

/// The least time that one pass of a file in a cell can take by the machine's probed rates.
struct Floor {
  double memory_seconds = 0;   ///< to read the weights and the KV cache once
  double compute_seconds = 0;  ///< to multiply, at what the engine's own kernel reaches for the format
  double reached = 0;          ///< the larger of both over the measured time; near 1: nothing is left

  bool computes_longer() const { return compute_seconds > memory_seconds; }
  double seconds() const { return computes_longer() ? compute_seconds : memory_seconds; }
};

/// Absent: not timed, the machine not probed, or its kernels for the format not.
/// Assumes: every weight but the embedding is read and used by every token; experts that no token visits make
/// it too high.
std::optional<Floor> floor_of(const cases::Evidence&, std::size_t file, std::size_t cell);

/// The rate with as many threads as the engine had. Null: not probed.
const cases::ProbedRate* rate(const cases::Evidence&, const std::string& of);

/// What probed kernel stands for the scheme: "ggml q4_k" for q4_k_m; empty: none.
std::string kernel_of(const std::string& scheme);

}  // namespace bitworth::measure
