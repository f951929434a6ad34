#pragma once

#include "bitworth/base/estimate.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::hardware {

/// The shares of a device's peaks that kernels reach, and the time that a step takes whatever its format.
/// As Estimates they come from data/roofline.toml; an engine sees one draw of them (Rates).
struct Efficiency {
  Estimate memory;               ///< share of the memory bandwidth
  Estimate compute_sixteen_bit;  ///< share of the dense peak, by the units that run
  Estimate compute_fp8;
  Estimate compute_int8;
  Estimate compute_fp4;
  Estimate step_seconds;        ///< scheduler, sampler and host, each step
  Estimate layer_seconds;       ///< norms, activations and launches, each layer
  Estimate link;                ///< share of the link bandwidth
  Estimate all_reduce_seconds;  ///< latency of one all-reduce
  Estimate scheme;  ///< time of one scheme against another that the shares above do not tell: median 1
};

/// One draw of an Efficiency, as plain numbers.
struct Rates {
  double memory = 0;
  double compute_sixteen_bit = 0;
  double compute_fp8 = 0;
  double compute_int8 = 0;
  double compute_fp4 = 0;
  Seconds per_step;
  Seconds per_layer;
  double link = 0;
  Seconds all_reduce;
  double scheme = 1;
};

/// The rates at that many standard deviations from the median of each group of inputs.
/// Assumes: what the device reaches is shared by all its schemes (common scores); `scheme_score` is this
/// one's own.
Rates rates_at(const Efficiency&, double memory_score, double compute_score, double scheme_score);

/// All at their medians.
Rates median_rates(const Efficiency&);

}  // namespace bitworth::hardware
