#include "bitworth/stats/summary.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::stats {

std::optional<double> quantile(std::vector<double> sample, double p) {
  if (sample.empty()) return std::nullopt;
  const double ps[] = {p};
  return quantiles(std::move(sample), ps)[0];
}

std::vector<double> quantiles(std::vector<double> sample, std::span<const double> ps) {
  std::vector<double> result;
  auto sorted = sample.begin();  // what lies before is no larger than what lies from here on
  for (const double p : ps) {
    const double position = p * static_cast<double>(sample.size() - 1);
    const double whole = std::floor(position);
    const auto below = sample.begin() + static_cast<std::ptrdiff_t>(whole);
    if (below < sorted) sorted = sample.begin();
    std::nth_element(sorted, below, sample.end());
    sorted = below;
    const auto above =
        std::next(below) == sample.end() ? below : std::min_element(std::next(below), sample.end());
    result.push_back(*below + (position - whole) * (*above - *below));
  }
  return result;
}

}  // namespace bitworth::stats
