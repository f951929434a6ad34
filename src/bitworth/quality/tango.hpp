#pragma once

#include "bitworth/cases/quality_evidence.hpp"

namespace bitworth::quality {

/// Paired outcomes as weights, which clustering makes fractional.
struct PairedWeights {
  double items = 0;
  double baseline_only = 0;
  double candidate_only = 0;
};
PairedWeights weights(const cases::PairedCounts&);

struct Interval {
  double low = 0;
  double high = 0;
};

/// The most likely share of items that only the baseline gets right, were the loss as given.
double restricted_share(const PairedWeights&, double loss);

/// Tango's score: how many standard errors the observed loss lies below the given one; it rises with that.
/// Source: Tango 1998, Statistics in Medicine 17:891.
double tango_z(const PairedWeights&, double loss);

/// The losses whose score lies within the critical value, for example 1.96. Assumes: items > 0.
Interval tango_interval(const PairedWeights&, double critical_z);

}  // namespace bitworth::quality
