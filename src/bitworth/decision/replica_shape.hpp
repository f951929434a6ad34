#pragma once

#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/step.hpp"

namespace bitworth::decision {

/// How one replica is run.
struct ReplicaShape {
  int gpus = 1;
  int max_num_seqs = 256;   ///< sequences in one step
  int token_budget = 2048;  ///< tokens in one step, prefill chunks included

  friend bool operator==(const ReplicaShape&, const ReplicaShape&) = default;
};

/// GPUs per replica that come into question: powers of two up to what the case allows, since attention heads
/// divide by nothing else; or the number that the option fixes.
std::vector<int> gpus_to_try(const cases::Case&, const cases::Option&);

/// The step times of the option on that many GPUs per replica.
roofline::StepModel step_model(const cases::Case&, const cases::Option&, double time_factor,
                               int gpus_per_replica);

}  // namespace bitworth::decision
