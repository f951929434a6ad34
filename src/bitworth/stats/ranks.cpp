#include "bitworth/stats/ranks.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bitworth::stats {

std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::pair<double, std::size_t>>
      sorted;  // beside each other, so that a comparison reads one place
  sorted.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) sorted.emplace_back(values[i], i);
  std::ranges::sort(sorted);
  std::vector<double> result(values.size());
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    while (end < sorted.size() && sorted[end].first == sorted[begin].first) ++end;
    for (std::size_t i = begin; i < end; ++i)
      result[sorted[i].second] = static_cast<double>(begin + end - 1) / 2;
    begin = end;
  }
  return result;
}

double correlation_of_ranks(std::span<const double> x, std::span<const double> y) {
  const double middle = (static_cast<double>(x.size()) - 1) / 2;
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - middle) * (y[i] - middle);
    xx += (x[i] - middle) * (x[i] - middle);
    yy += (y[i] - middle) * (y[i] - middle);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

double rank_correlation(std::span<const double> a, std::span<const double> b) {
  return correlation_of_ranks(ranks(a), ranks(b));
}

}  // namespace bitworth::stats
