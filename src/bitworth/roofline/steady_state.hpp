#pragma once

#include <string>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/step.hpp"

namespace bitworth::roofline {

/// What keeps a replica from a larger batch.
enum class Limit { kv_memory, tpot, ttft, max_sequences, infeasible };

std::string to_text(Limit);

/// A replica under a steady load, in closed form: continuous batching in which every step carries the
/// decoding sequences and their share of the prompts (chunked prefill), so weights are read once for both.
/// Assumes: no queueing; the simulator replaces this.
struct SteadyState {
  double batch = 0;  ///< sequences decoding at once
  double requests_per_second = 0;
  StepTime step;  ///< the mixed step
  Seconds ttft;   ///< of a prompt at its 99th percentile, with nobody before it
};

/// One step of the case's traffic at that batch: decode, and prefill in the proportion of the lengths.
StepShape mixed_step(const cases::Case&, double batch);

/// The state at that batch, which may be fractional.
SteadyState at_batch(const cases::Case&, const StepModel&, double batch);

/// The largest batch inside the SLO and the sequences that fit, and what stops it there.
/// Batch 0 and Limit::infeasible where not even one sequence meets the SLO.
struct Capacity {
  SteadyState state;
  Limit limit = Limit::infeasible;
  Limit missed = Limit::infeasible;  ///< where infeasible: kv_memory, tpot or ttft
};
Capacity capacity(const cases::Case&, const StepModel&, double sequences_that_fit);

/// The state in which a replica carries that rate; `at_most` its capacity's batch.
SteadyState at_load(const cases::Case&, const StepModel&, double requests_per_second, double at_most);

}  // namespace bitworth::roofline
