#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "bitworth/roofline/gemm.hpp"
#include "bitworth/roofline/step_time.hpp"

namespace bitworth::roofline {

/// Whose constants a term was computed with: the member of hardware::StepKernels.
enum class Constants { projections, linears, experts, lm_head, attention, elementwise, all_reduce, engine };

/// A part of a step's time, recorded by the code that computed the step. The terms of a step sum to it.
struct Term {
  std::string_view name;  ///< "FFN in"
  Constants constants = Constants::engine;
  std::optional<GemmTerms> gemm;  ///< of one call; absent: not a matrix multiplication
  double calls = 1;               ///< in a step; of mixtures, by the share of layers that are such
  StepTime time;                  ///< of all of them
};

}  // namespace bitworth::roofline
