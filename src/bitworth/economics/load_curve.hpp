#pragma once

#include <span>
#include <vector>

namespace bitworth::economics {

/// What a fleet is sized for over time: shares of the time, each at a load over the mean.
struct LoadCurve {
  struct Level {
    double load = 1;   ///< that the fleet of this stretch must carry, over the mean load
    double share = 1;  ///< of the time; the shares sum to 1
  };
  std::vector<Level> levels;  ///< ascending by load, each once; never empty

  double peak() const { return levels.back().load; }
};

/// A fleet that stands for its peak all the time.
LoadCurve always_at_peak(double peak_to_mean);

/// A fleet that follows the hours of a week and comes round again. GPUs are started ahead of the hour that
/// needs them: at any time the fleet carries the largest load from then until `cold_start_hours` later.
/// `hours`: each hour's load over the mean, bursts within it included. Assumes: not empty, a peak above 0.
LoadCurve autoscaled(std::span<const double> hours, double cold_start_hours);

}  // namespace bitworth::economics
