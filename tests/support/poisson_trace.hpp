#pragma once

#include <cmath>
#include <cstdint>

#include "bitworth/base/rng.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::tests {

/// Requests of one size at random, so many a second.
inline workload::Trace poisson(double rate, int requests, std::uint64_t seed, int prompt, int output) {
  Rng rng(seed);
  workload::Trace trace;
  double time = 0;
  for (int i = 0; i < requests; ++i) {
    time += -std::log(rng.uniform()) / rate;
    trace.add({static_cast<workload::Nanoseconds>(time * 1e9), prompt, output});
  }
  return trace;
}

}  // namespace bitworth::tests
