#pragma once

#include <string>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/step.hpp"

namespace bitworth::roofline {

/// What keeps a replica from a larger batch.
enum class Limit { kv_memory, tpot, ttft, max_sequences, infeasible };

std::string to_text(Limit);

/// A replica under a steady load, in closed form: while each of B sequences decodes its output, B prompts are
/// prefilled and B requests handled, so that a cycle takes
///   output x decode(B) + prefill(B prompts) + B x per_request  and completes B requests.
/// Assumes: no queueing; the simulator replaces this.
struct SteadyState {
  double batch = 0;  ///< sequences decoding at once
  double requests_per_second = 0;
  StepTime step;  ///< the cycle per output token: its total is the time per output token
  Seconds ttft;   ///< of a prompt at its 99th percentile, with nobody before it
};

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
