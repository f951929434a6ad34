#pragma once

#include <optional>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/replica.hpp"

namespace bitworth::roofline {

/// What one phase of an option takes.
struct PhaseEstimate {
  StepTime time;  ///< decode: one step; prefill: all prompts of the batch
  double tokens_per_second = 0;
  Steps steps;
  std::vector<Term> terms;         ///< of one of the steps
  std::optional<Speedup> speedup;  ///< over the baseline; absent: it is the baseline
};

/// One option at a load point, whether it fits or not.
struct OptionEstimate {
  const cases::Option* option = nullptr;
  MemoryPlan memory;
  double sequences_that_fit = 0;  ///< of the point's context
  bool fits = false;              ///< the point's batch
  PhaseEstimate decode, prefill;
};

/// The baseline, then the options. Assumes: the case outlives the result.
std::vector<OptionEstimate> estimate(const cases::Case&, const LoadPoint&);

}  // namespace bitworth::roofline
