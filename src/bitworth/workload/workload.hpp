#pragma once

#include <memory>
#include <optional>

#include "bitworth/base/estimate.hpp"
#include "bitworth/units/quantity.hpp"
#include "bitworth/workload/arrivals.hpp"
#include "bitworth/workload/lengths.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::workload {

/// Token counts of prompts or outputs: lognormal by its median and 95th percentile, unless more is known.
struct LengthDistribution {
  double p50 = 0;
  double p95 = 0;
  std::optional<QuantileTable> table = {};  ///< absent: lognormal through these two

  double mean() const;
  double mean_of_squares() const;
  double quantile(double p) const;  ///< Assumes: 0 < p < 1
  QuantileTable quantiles() const;  ///< the whole distribution, to draw from
};

/// The quantiles of a log's lengths. Assumes: not empty.
QuantileTable quantiles_of(std::span<const std::int32_t> tokens);

/// The distribution of a table, told also by its median and 95th percentile.
LengthDistribution lengths_of(QuantileTable);

/// The distribution through stated quantiles: between them, and on beyond the outer ones, the logarithm of
/// the count is straight in the normal score, so that two of them make a lognormal. At most `most` tokens.
/// Assumes: two points or more, 0 < share < 1 ascending strictly, tokens not descending.
LengthDistribution lengths_through(std::span<const QuantileTable::Point>, double most);

/// What a user may wait; absent: not a requirement.
struct Slo {
  std::optional<Seconds> ttft_p99;  ///< time to first token
  std::optional<Seconds> tpot_p99;  ///< time per output token after the first
};

/// The traffic that a fleet serves.
struct Workload {
  Estimate requests_per_second;  ///< mean over a month
  Estimate growth_per_year;      ///< of that load; 0.5: half as much again; negative: it shrinks
  double peak_to_mean = 1;       ///< the busiest load that the fleet must carry, over the mean
  /// Each hour's load over the mean, the bursts within it included: the largest is peak_to_mean. Absent: only
  /// the peak is known.
  std::optional<WeeklyLoad> hours;
  LengthDistribution prompt_tokens;
  LengthDistribution output_tokens;
  Slo slo;
  double rank_correlation = 0;                  ///< of prompts and outputs (Spearman)
  double gap_cv = 1;                            ///< coefficient of variation of the gaps between arrivals
  std::optional<PrefixSharing> prefix_sharing;  ///< absent: no two prompts begin alike
  std::shared_ptr<const Trace> log;             ///< recorded requests, at a rate of their own; null: none
};

/// Tokens cached by a sequence that is decoding, averaged over time: long answers stay longer.
double mean_decode_context(const Workload&);

/// Tokens before the one that is prefilled, averaged over prompt tokens.
double mean_prefill_context(const Workload&);

}  // namespace bitworth::workload
