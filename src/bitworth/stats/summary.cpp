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
  std::ranges::sort(sample);
  std::vector<double> result;
  for (const double p : ps) {
    const double position = p * static_cast<double>(sample.size() - 1);
    const auto below = static_cast<std::size_t>(std::floor(position));
    const std::size_t above = std::min(below + 1, sample.size() - 1);
    const double share = position - static_cast<double>(below);
    result.push_back(sample[below] + share * (sample[above] - sample[below]));
  }
  return result;
}

}  // namespace bitworth::stats
