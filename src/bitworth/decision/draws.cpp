#include "bitworth/decision/draws.hpp"

#include <algorithm>
#include <utility>

#include "bitworth/base/rng.hpp"
#include "bitworth/stats/latin_hypercube.hpp"

namespace bitworth::decision {
namespace {

constexpr std::size_t largest_hypercube = 4096;  // its tables stay in the first cache

}  // namespace

Draws::Draws(const Uncertainty& uncertainty, std::size_t rows, std::uint64_t seed)
    : uncertainty_(&uncertainty), seed_(seed) {
  const std::size_t cubes = (rows + largest_hypercube - 1) / largest_hypercube;
  cube_rows_ = (rows + cubes - 1) / cubes;
  rows_ = cubes * cube_rows_;
  share_scores_ = stats::share_scores(cube_rows_);
  for (const Quantity& quantity : uncertainty.quantities) {
    if (!quantity.moved_by) continue;
    std::vector<double> table;
    for (const double score : share_scores_) table.push_back(quantity.at(score));
    tables_.push_back(std::move(table));
  }
}

Draws::Hypercube::Hypercube(const Draws& draws) : draws_(draws) {
  for (const Uncertain& unknown : draws.uncertainty_->unknowns) {
    streams_.emplace_back(draws.seed_, unknown.name);
    shares_.emplace_back(draws.cube_rows_);
  }
}

// Whom others follow comes before them.
void Draws::Hypercube::next() {
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    const Uncertain& unknown = draws_.uncertainty_->unknowns[i];
    stats::shuffle_shares(shares_[i], streams_[i]);
    if (unknown.leader)
      stats::correlate(shares_[i], shares_[*unknown.leader], unknown.correlation, draws_.share_scores_);
  }
}

Scores Draws::scores(const std::vector<std::size_t>& rows) const {
  std::vector<std::vector<std::uint16_t>> shares(uncertainty_->unknowns.size());
  for (auto& column : shares) column.reserve(rows.size());
  Hypercube cube(*this);
  auto row = rows.begin();
  for (std::size_t begin = 0; row != rows.end(); begin += cube_rows_) {
    cube.next();
    const auto first = row;
    while (row != rows.end() && *row < begin + cube_rows_) ++row;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      for (auto kept = first; kept != row; ++kept) shares[i].push_back(cube.shares(i)[*kept - begin]);
    }
  }
  return {std::move(shares), share_scores_};
}

std::vector<Draws::Column> Draws::bind(Inputs& in, const Hypercube& cube) const {
  std::vector<Column> columns;
  for (const Quantity& quantity : uncertainty_->quantities) {
    if (!quantity.moved_by) continue;
    columns.push_back({&quantity.place(in), cube.shares(*quantity.moved_by), tables_[columns.size()].data()});
  }
  return columns;
}

}  // namespace bitworth::decision
