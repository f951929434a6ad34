#pragma once

#include <optional>

#include "bitworth/decision/deployment.hpp"

namespace bitworth::decision {

/// How an option runs at the case's mean load, all inputs at their medians.
struct Operation {
  Deployment deployment;
  roofline::SteadyState state;                  ///< of one replica at the mean load
  roofline::StepTime decode;                    ///< a step that only decodes, at that batch
  roofline::StepTime prefill;                   ///< a step that only prefills, a full token budget
  double decode_share = 0;                      ///< of the replica's time: decode against prefill
  double output_tokens_per_second_per_gpu = 0;  ///< at capacity
  std::optional<double> dollars_per_month;
  std::optional<double> dollars_per_million_output_tokens;  ///< at the mean load, idle GPUs paid for
  std::optional<double> dollars_per_million_tokens;         ///< the same, prompt tokens counted too
};

/// Assumes: the load and price of `inputs`, and `own` time factor of this option.
Operation operate(const cases::Case&, const cases::Option&, const Inputs& inputs, const OptionInputs& own);

/// Time of one decode-only step over that of the same step of another option on the same GPUs: "how much
/// faster is a step", without capacity or fleet.
double step_ratio(const cases::Case&, const Inputs&, std::size_t option, double batch, int gpus_per_replica);

}  // namespace bitworth::decision
