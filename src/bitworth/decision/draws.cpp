#include "bitworth/decision/draws.hpp"

#include <algorithm>

#include "bitworth/base/rng.hpp"
#include "bitworth/stats/latin_hypercube.hpp"

namespace bitworth::decision {
namespace {

constexpr std::size_t largest_hypercube = 4096;  // its tables stay in the first cache

}  // namespace

Draws::Draws(const Uncertainty& uncertainty, std::size_t rows, std::uint64_t seed)
    : uncertainty_(&uncertainty) {
  const std::size_t cubes = (rows + largest_hypercube - 1) / largest_hypercube;
  const std::size_t size = (rows + cubes - 1) / cubes;
  rows_ = cubes * size;
  share_scores_ = stats::share_scores(size);
  for (const Uncertain& unknown : uncertainty.unknowns) {
    std::vector<std::uint16_t> column(rows_);
    Rng rng(seed, unknown.name);
    for (std::size_t begin = 0; begin < rows_; begin += size) {
      const std::span<std::uint16_t> cube(column.data() + begin, size);
      stats::shuffle_shares(cube, rng);
      if (unknown.leader)
        stats::correlate(cube, std::span(shares_[*unknown.leader]).subspan(begin, size), unknown.correlation,
                         share_scores_);
    }
    shares_.push_back(std::move(column));
  }
  for (const Quantity& quantity : uncertainty.quantities) {
    if (!quantity.moved_by) continue;
    std::vector<double> table;
    for (const double score : share_scores_) table.push_back(at_normal_score(quantity.estimate, score));
    tables_.push_back(std::move(table));
  }
}

std::vector<double> Draws::scores(std::size_t unknown) const {
  std::vector<double> result;
  result.reserve(rows_);
  for (const std::uint16_t share : shares_[unknown]) result.push_back(share_scores_[share]);
  return result;
}

std::vector<Draws::Column> Draws::bind(Inputs& in) const {
  std::vector<Column> columns;
  for (const Quantity& quantity : uncertainty_->quantities) {
    if (!quantity.moved_by) continue;
    columns.push_back(
        {&quantity.place(in), shares_[*quantity.moved_by].data(), tables_[columns.size()].data()});
  }
  return columns;
}

}  // namespace bitworth::decision
