#include "bitworth/economics/load_curve.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace bitworth::economics {

LoadCurve always_at_peak(double peak_to_mean) {
  return {{{peak_to_mean, 1}}};
}

LoadCurve autoscaled(std::span<const double> hours, double cold_start_hours) {
  const double share = 1 / static_cast<double>(hours.size());
  const auto whole = static_cast<std::size_t>(cold_start_hours);
  const double rest = cold_start_hours - std::floor(cold_start_hours);
  std::map<double, double> shares;
  for (std::size_t hour = 0; hour < hours.size(); ++hour) {
    double largest = 0;
    for (std::size_t ahead = 0; ahead <= whole; ++ahead)
      largest = std::max(largest, hours[(hour + ahead) % hours.size()]);
    shares[largest] += share * (1 - rest);
    // The end of the hour already starts what the next one needs.
    if (rest > 0) shares[std::max(largest, hours[(hour + whole + 1) % hours.size()])] += share * rest;
  }
  LoadCurve curve;
  for (const auto& [load, time] : shares) curve.levels.push_back({load, time});
  return curve;
}

}  // namespace bitworth::economics
