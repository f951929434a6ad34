#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bitworth/base/rng.hpp"

namespace bitworth::stats {

/// One column of a Latin hypercube: each of the equal shares 0 to n - 1 of a distribution once, in random
/// order. Columns of different streams are independent, so the mean of anything that is a sum of functions of
/// single inputs is met almost exactly; docs/decision.md has what that saves on the money.
void shuffle_shares(std::span<std::uint16_t> shares, Rng&);

/// Reorders a column so that its ranks follow another's: a Gaussian copula of that correlation between normal
/// scores. Each share still appears once, so the distribution stays exact.
/// `scores`: share_scores() of that many rows. Assumes: as many rows in both; -1 <= correlation <= 1.
void correlate(std::span<std::uint16_t> column, std::span<const std::uint16_t> leader, double correlation,
               std::span<const double> scores);

/// The standard normal score in the middle of each of n equal shares.
std::vector<double> share_scores(std::size_t n);

}  // namespace bitworth::stats
