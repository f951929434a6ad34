#include "bitworth/stats/latin_hypercube.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace bitworth::stats {
namespace {

struct Row {
  std::uint16_t key;
  std::uint16_t index;
};

// A score in steps of a four-thousandth: neighbours that share a step keep their order.
std::uint16_t key_of(double score) {
  constexpr double reach = 8;
  return static_cast<std::uint16_t>(std::clamp((score + reach) / (2 * reach), 0.0, 1.0) * 65535);
}

// By key, byte by byte, lowest first: several times as fast as comparing.
void sort(std::vector<Row>& rows) {
  std::vector<Row> sorted(rows.size());
  for (const int shift : {0, 8}) {
    std::array<std::size_t, 257> begins = {};
    for (const Row& row : rows) ++begins[((row.key >> shift) & 255U) + 1U];
    for (std::size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
    for (const Row& row : rows) sorted[begins[(row.key >> shift) & 255U]++] = row;
    rows.swap(sorted);
  }
}

}  // namespace

void shuffle_shares(std::span<std::uint16_t> shares, Rng& rng) {
  std::iota(shares.begin(), shares.end(), std::uint16_t{0});
  // A 32-bit fraction of i: at most 65,536 rows, so the bias is below 2^-16 of a share. Each draw of bits
  // makes two of them.
  std::uint64_t bits = rng.bits();
  for (std::size_t i = shares.size(); i > 1; --i) {
    bits = i % 2 == 0 ? rng.bits() : bits << 32;
    const auto other = static_cast<std::size_t>(((bits >> 32) * i) >> 32);
    std::swap(shares[i - 1], shares[other]);
  }
}

void correlate(std::span<std::uint16_t> column, std::span<const std::uint16_t> leader, double correlation,
               std::span<const double> scores) {
  const double own = std::sqrt(std::max(0.0, 1 - correlation * correlation));
  std::vector<Row> rows(column.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double score = correlation * scores[leader[i]] + own * scores[column[i]];
    rows[i] = {key_of(score), static_cast<std::uint16_t>(i)};
  }
  sort(rows);
  for (std::size_t rank = 0; rank < rows.size(); ++rank)
    column[rows[rank].index] = static_cast<std::uint16_t>(rank);
}

std::vector<double> share_scores(std::size_t n) {
  std::vector<double> scores(n);
  for (std::size_t i = 0; i < n; ++i)
    scores[i] = normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(n));
  return scores;
}

}  // namespace bitworth::stats
