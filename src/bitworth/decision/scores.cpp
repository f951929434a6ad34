#include "bitworth/decision/scores.hpp"

#include <numeric>
#include <utility>

namespace bitworth::decision {

Scores::Scores(std::vector<std::vector<std::uint16_t>> shares, std::vector<double> share_scores)
    : shares_(std::move(shares)), share_scores_(std::move(share_scores)) {}

std::vector<double> Scores::of(std::size_t unknown) const {
  std::vector<double> result;
  result.reserve(shares_[unknown].size());
  for (const std::uint16_t share : shares_[unknown]) result.push_back(share_scores_[share]);
  return result;
}

std::vector<std::size_t> Scores::draws_below(std::size_t unknown) const {
  std::vector<std::size_t> result(share_scores_.size() + 1);
  for (const std::uint16_t share : shares_[unknown]) ++result[share + std::size_t{1}];
  std::partial_sum(result.begin(), result.end(), result.begin());
  return result;
}

std::vector<std::size_t> Scores::order(std::size_t unknown) const {
  const std::vector<std::uint16_t>& shares = shares_[unknown];
  std::vector<std::size_t> next = draws_below(unknown), result(shares.size());
  for (std::size_t draw = 0; draw < shares.size(); ++draw) result[next[shares[draw]]++] = draw;
  return result;
}

std::vector<double> Scores::ranks(std::size_t unknown) const {
  const std::vector<std::size_t> below = draws_below(unknown);
  std::vector<double> result;
  result.reserve(shares_[unknown].size());
  for (const std::uint16_t share : shares_[unknown])
    result.push_back(static_cast<double>(below[share] + below[share + std::size_t{1}] - 1) / 2);
  return result;
}

}  // namespace bitworth::decision
