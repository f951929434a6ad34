#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace bitworth::quality {

/// Tokens of one document resemble each other, so errors are computed over clusters of tokens.
enum class ClusterUnit {
  document,  ///< what can be generalised to other documents
  context,   ///< too few documents: the interval speaks of this text only
  none,      ///< too few contexts either: there is no interval
};
std::string_view to_text(ClusterUnit);

/// A figure with its interval over clusters: the delete-one jackknife with Student's t and clusters - 1
/// degrees of freedom. It agrees with the linearised error within about 2 % and covers better where clusters
/// are few or unequal. Simulated, documents whose KLD spreads by a factor of 1.6 (about as much as published
/// ones): a 95 % interval covers 92 % with 6 documents, 93 % with 20, 95 % with 60. Source: Efron and
/// Tibshirani 1993, ch. 11; docs/divergence.md.
struct ClusteredValue {
  double value = 0;
  double standard_error = 0;
  double low = 0;
  double high = 0;
};

/// The part of a cluster in a ratio of two sums: a mean is sum x / sum y with y the tokens.
struct ClusterPart {
  double x = 0;
  double y = 0;
};

/// How certain an interval is. 95 % two-sided unless said otherwise.
inline constexpr double usual_level = 0.95;

/// The ratio of sums sum x / sum y. Assumes (all here): at least two clusters, each y >= 0, more than one
/// above 0.
ClusteredValue clustered_ratio(std::span<const ClusterPart>, double level = usual_level);

/// The same for a ratio that cannot be negative (a mean KLD), with its interval on the logarithm: never below
/// 0, as skewed as the data. Where all of x lies in one cluster the interval begins at 0; where x is 0 it is
/// 0..0.
ClusteredValue clustered_positive_ratio(std::span<const ClusterPart>, double level = usual_level);

/// ln(sum x / sum y), paired by cluster. Absent: without some cluster a sum is not positive.
std::optional<ClusteredValue> clustered_log_ratio(std::span<const ClusterPart>, double level = usual_level);

}  // namespace bitworth::quality
