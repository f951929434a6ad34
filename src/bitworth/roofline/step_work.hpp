#pragma once

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/step.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::roofline {

/// What one GPU computes and moves in a step: its place under the roofline.
struct StepWork {
  Flops flops;  ///< of the rows that are there; rows that only fill a tile up do not count
  Bytes bytes;  ///< weights, the rows in and out of matrices, and the cache that decoding reads
};

/// Assumes: the model is that of the option on so many GPUs.
StepWork step_work(const cases::Case&, const cases::Option&, const StepModel&, int gpus, const StepShape&);

}  // namespace bitworth::roofline
