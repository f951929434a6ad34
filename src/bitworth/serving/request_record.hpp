#pragma once

#include <cstdint>

#include "bitworth/serving/step.hpp"

namespace bitworth::serving {

/// What happened to one request.
struct RequestRecord {
  std::uint32_t request = 0;  ///< its place in the trace
  std::int32_t replica = 0;
  Nanoseconds arrival = 0;
  Nanoseconds queued = 0;  ///< when the scheduler first saw it: between two steps
  Nanoseconds first_token = 0;
  Nanoseconds last_token = 0;
  std::int32_t output_tokens = 0;
  std::int32_t preemptions = 0;

  friend bool operator==(const RequestRecord&, const RequestRecord&) = default;
};

}  // namespace bitworth::serving
