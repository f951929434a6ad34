#pragma once

#include <cstdint>

namespace bitworth::workload {

/// Simulated time, and times in request logs: from the start of the run.
using Nanoseconds = std::int64_t;

inline constexpr double nanoseconds_per_second = 1e9;

/// One request as a log records it.
struct Request {
  Nanoseconds arrival = 0;
  std::int32_t prompt_tokens = 0;
  std::int32_t output_tokens = 0;

  friend bool operator==(const Request&, const Request&) = default;
};

}  // namespace bitworth::workload
