#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bitworth/quality/divergence_scores.hpp"

namespace bitworth::quality {

/// llama-perplexity's statistics, computed as it computes them from scores in compat mode. Its errors take
/// tokens as independent and come out too small by a factor of 3 to 10 or more; divergence.hpp has better
/// ones.

struct WithError {
  double value = 0;
  double error = 0;  ///< one standard error as printed behind the plus-minus
};

/// One line of the table: everything up to and including a context.
struct PerplexityRow {
  int contexts = 0;
  WithError perplexity;            ///< the candidate's
  WithError log_perplexity_ratio;  ///< ln(PPL(Q) / PPL(base))
  WithError kld;
  WithError rms_change;  ///< as a fraction
  WithError same_top;    ///< as a fraction
};

/// Order statistics as printed, largest first; the probabilities are llama-perplexity's own.
struct PerplexityTail {
  float largest = 0;
  std::vector<float> upper;  ///< above the median
  float median = 0;
  std::vector<float> lower;  ///< below the median
  float least = 0;
};
inline constexpr float kld_upper[] = {0.999F, 0.990F, 0.950F, 0.900F};
inline constexpr float kld_lower[] = {0.100F, 0.050F, 0.010F, 0.001F};
inline constexpr float change_upper[] = {0.999F, 0.990F, 0.950F, 0.900F, 0.750F};
inline constexpr float change_lower[] = {0.250F, 0.100F, 0.050F, 0.010F, 0.001F};

struct PerplexitySummary {
  WithError perplexity;
  WithError baseline_perplexity;
  double correlation = 0;  ///< of the two log-perplexities
  WithError log_perplexity_ratio;
  WithError perplexity_ratio;
  WithError perplexity_difference;
  WithError kld;
  PerplexityTail kld_tail;
  WithError change;
  PerplexityTail change_tail;
  WithError rms_change;
  WithError same_top;
};

struct PerplexityStatistics {
  std::vector<PerplexityRow> rows;
  std::optional<PerplexitySummary> summary;  ///< absent below 100 tokens
};

/// Assumes: contexts in order, in compat mode.
PerplexityStatistics perplexity_statistics(std::span<const ContextScores>);

/// The baseline's own run: its perplexity up to and including each context, and the final estimate.
struct BaselinePerplexity {
  std::vector<double> running;
  WithError estimate;
};
BaselinePerplexity baseline_perplexity(std::span<const BaselineSums>);

}  // namespace bitworth::quality
