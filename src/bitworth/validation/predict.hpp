#pragma once

#include <expected>
#include <string>

#include "bitworth/cases/measured_pair.hpp"

namespace bitworth::validation {

/// What the time model says of a pair. Both times are of one unit of the pair's phase: a prompt batch, a
/// step, a request; times a GPU where counts differ.
struct Prediction {
  double baseline_seconds = 0;
  double quantized_seconds = 0;
  double speedup = 1;
  double sigma = 0;  ///< standard deviation of the logarithm of the speed-up
  double p10 = 1;
  double p90 = 1;
};

/// Predicts the pair without looking at its speed-up. Fails: the reason, where the phase is not known.
/// Source: docs/model.md, "From a published speed to the model's".
std::expected<Prediction, std::string> predict(const cases::ResolvedPair&);

}  // namespace bitworth::validation
