#pragma once

#include <optional>

#include "bitworth/base/estimate.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::workload {

/// Token counts of prompts or outputs: lognormal, given by its median and 95th percentile.
struct LengthDistribution {
  double p50 = 0;
  double p95 = 0;

  double mean() const;
  double mean_of_squares() const;
  double quantile(double p) const;
};

/// What a user may wait; absent: not a requirement.
struct Slo {
  std::optional<Seconds> ttft_p99;  ///< time to first token
  std::optional<Seconds> tpot_p99;  ///< time per output token after the first
};

/// The traffic that a fleet serves.
struct Workload {
  Estimate requests_per_second;  ///< mean over a month
  double peak_to_mean = 1;       ///< the busiest load that the fleet must carry, over the mean
  LengthDistribution prompt_tokens;
  LengthDistribution output_tokens;
  Slo slo;
};

/// Tokens cached by a sequence that is decoding, averaged over time: long answers stay longer.
double mean_decode_context(const Workload&);

/// Tokens before the one that is prefilled, averaged over prompt tokens.
double mean_prefill_context(const Workload&);

}  // namespace bitworth::workload
