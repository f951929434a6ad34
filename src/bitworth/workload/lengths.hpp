#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "bitworth/base/rng.hpp"

namespace bitworth::workload {

/// A distribution of token counts by its quantiles; straight between them on a logarithmic scale of counts.
class QuantileTable {
 public:
  struct Point {
    double share = 0;  ///< of requests with at most so many tokens
    double tokens = 0;
  };

  /// Assumes: shares ascend strictly from 0 to 1, tokens are at least 1 and do not descend.
  explicit QuantileTable(std::vector<Point> points) : points_(std::move(points)) {}

  /// The quantiles of a sample at those shares. Assumes: the sample is not empty; shares as above.
  static QuantileTable of_sample(std::span<const std::int32_t> tokens, std::span<const double> shares);

  double quantile(double share) const;
  double mean() const;
  double mean_of_squares() const;
  const std::vector<Point>& points() const { return points_; }

 private:
  std::vector<Point> points_;
};

/// Draws prompts and answers whose lengths correlate by rank as told, each with its own distribution: a
/// Gaussian copula. With correlation 0 they are independent; one draw never serves for both.
class LengthSampler {
 public:
  /// Assumes: -1 <= rank_correlation <= 1 (Spearman's).
  LengthSampler(QuantileTable prompt, QuantileTable output, double rank_correlation = 0);

  struct Lengths {
    std::int32_t prompt_tokens = 0;
    std::int32_t output_tokens = 0;
  };
  Lengths operator()(Rng&) const;

 private:
  QuantileTable prompt_, output_;
  double correlation_;  // of the normal scores
};

/// Spearman's rank correlation; ties share their mean rank. 0: one side does not vary.
double rank_correlation(std::span<const std::int32_t> a, std::span<const std::int32_t> b);

}  // namespace bitworth::workload
