#pragma once

#include <cstdint>
#include <vector>

namespace bitworth::decision {

/// The standard normal scores of every unknown in the draws that were kept. As shares of a hypercube, of
/// which there are few: so draws are ordered and ranked by counting.
class Scores {
 public:
  Scores() = default;
  /// `shares`: by unknown, then by draw. `share_scores`: the score of each share, ascending.
  Scores(std::vector<std::vector<std::uint16_t>> shares, std::vector<double> share_scores);

  std::vector<double> of(std::size_t unknown) const;
  /// The draws by that score, and by number where these are equal.
  std::vector<std::size_t> order(std::size_t unknown) const;
  /// The rank of each draw by that score, from 0; ties share their mean rank.
  std::vector<double> ranks(std::size_t unknown) const;

 private:
  // By share: how many draws have a smaller one. One more entry at the end.
  std::vector<std::size_t> draws_below(std::size_t unknown) const;

  std::vector<std::vector<std::uint16_t>> shares_;
  std::vector<double> share_scores_;
};

}  // namespace bitworth::decision
