#include "bitworth/decision/draws.hpp"

#include <algorithm>

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

std::vector<std::uint16_t> Draws::shares(std::size_t unknown) const {
  const Uncertain& asked = uncertainty_->unknowns[unknown];
  const std::vector<std::uint16_t> leader =
      asked.leader ? shares(*asked.leader) : std::vector<std::uint16_t>();
  std::vector<std::uint16_t> result(rows_);
  Rng stream(seed_, asked.name);
  for (std::size_t begin = 0; begin < rows_; begin += cube_rows_) {
    const std::span<std::uint16_t> cube(result.data() + begin, cube_rows_);
    stats::shuffle_shares(cube, stream);
    if (asked.leader)
      stats::correlate(cube, std::span(leader).subspan(begin, cube_rows_), asked.correlation, share_scores_);
  }
  return result;
}

std::vector<double> Draws::scores(std::size_t unknown) const {
  std::vector<double> result;
  result.reserve(rows_);
  for (const std::uint16_t share : shares(unknown)) result.push_back(share_scores_[share]);
  return result;
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
