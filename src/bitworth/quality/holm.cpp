#include "bitworth/quality/holm.hpp"

#include <algorithm>
#include <numeric>

namespace bitworth::quality {

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double p = p_values[order[rank]] * static_cast<double>(order.size() - rank);
    largest = std::max(largest, std::min(1.0, p));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace bitworth::quality
