#include "bitworth/stats/latin_hypercube.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace bitworth::stats {

void shuffle_shares(std::span<std::uint16_t> shares, Rng& rng) {
  std::iota(shares.begin(), shares.end(), std::uint16_t{0});
  for (std::size_t i = shares.size(); i > 1; --i) {
    // A 32-bit fraction of i: at most 65,536 rows, so the bias is below 2^-16 of a share.
    const auto other = static_cast<std::size_t>(((rng.bits() >> 32) * i) >> 32);
    std::swap(shares[i - 1], shares[other]);
  }
}

void correlate(std::span<std::uint16_t> column, std::span<const std::uint16_t> leader, double correlation) {
  const std::vector<double> scores = share_scores(column.size());
  const double own = std::sqrt(std::max(0.0, 1 - correlation * correlation));
  std::vector<std::pair<double, std::size_t>> rows(column.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] = {correlation * scores[leader[i]] + own * scores[column[i]], i};
  std::ranges::sort(rows);
  for (std::size_t rank = 0; rank < rows.size(); ++rank)
    column[rows[rank].second] = static_cast<std::uint16_t>(rank);
}

std::vector<double> share_scores(std::size_t n) {
  std::vector<double> scores(n);
  for (std::size_t i = 0; i < n; ++i)
    scores[i] = normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(n));
  return scores;
}

}  // namespace bitworth::stats
