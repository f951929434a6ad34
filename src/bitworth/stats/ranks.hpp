#pragma once

#include <span>
#include <vector>

namespace bitworth::stats {

/// The rank of each value, from 0; ties share their mean rank.
std::vector<double> ranks(std::span<const double> values);

/// The correlation of two columns of ranks; 0: one does not vary. Assumes: as many on both sides.
double correlation_of_ranks(std::span<const double> x, std::span<const double> y);

/// Spearman's rank correlation. 0: one side does not vary. Assumes: as many values on both sides.
double rank_correlation(std::span<const double> a, std::span<const double> b);

}  // namespace bitworth::stats
