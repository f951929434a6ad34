#pragma once

#include <vector>

namespace bitworth::decision {

/// Requests/s that a replica carries inside the SLO, against the factor on all of its times. Straight
/// between its points on logarithmic scales; on the fast side it goes on with 1 / time_factor.
class CapacityCurve {
 public:
  struct Point {
    double time_factor = 1;
    double requests_per_second = 0;
  };

  CapacityCurve() = default;
  /// Assumes: time factors ascend strictly, rates are above 0 and do not ascend; at least one point.
  /// `ends`: a replica slower than the last point misses the SLO at any load; else the last stretch goes on.
  CapacityCurve(std::vector<Point> points, bool ends);

  /// 0: not a single request is served in time. Costs some tens of nanoseconds.
  double operator()(double time_factor) const;

  /// The same curve with every rate multiplied.
  CapacityCurve scaled(double factor) const;

  const std::vector<Point>& points() const { return points_; }

 private:
  std::vector<Point> points_;
  std::vector<double> log_factors_, log_rates_;
  bool ends_ = true;
};

}  // namespace bitworth::decision
