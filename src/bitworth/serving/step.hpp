#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "bitworth/units/quantity.hpp"
#include "bitworth/workload/request.hpp"

namespace bitworth::serving {

using workload::Nanoseconds;

/// What one step of the engine works on. Sums, because they stay exact from step to step.
struct BatchShape {
  std::int32_t decode_sequences = 0;    ///< each adds one token
  std::int64_t decode_context_sum = 0;  ///< tokens cached by them before the step
  std::int32_t prefill_tokens = 0;
  std::int64_t prefill_context_sum = 0;  ///< over the prefilled tokens: tokens before each
  std::int32_t sampled_rows = 0;         ///< sequences that get a token: decodes and prefills that end here

  std::int32_t tokens() const { return decode_sequences + prefill_tokens; }
};

/// What a step takes.
struct StepCost {
  Seconds time;
  Seconds memory_bound;  ///< the part of the time that waits for memory
};

/// The time model that a simulation is given.
using StepFunction = std::function<StepCost(const BatchShape&)>;

/// What replicas in lockstep do together in one step, besides each one's own part; by the tokens of each.
using SharedStepFunction = std::function<StepCost(std::span<const std::int32_t> tokens)>;

}  // namespace bitworth::serving
