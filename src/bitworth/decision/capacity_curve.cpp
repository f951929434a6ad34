#include "bitworth/decision/capacity_curve.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bitworth::decision {

CapacityCurve::CapacityCurve(std::vector<Point> points, bool ends) : points_(std::move(points)), ends_(ends) {
  for (const Point& point : points_) {
    log_factors_.push_back(std::log(point.time_factor));
    log_rates_.push_back(std::log(point.requests_per_second));
  }
}

double CapacityCurve::operator()(double time_factor) const {
  if (points_.empty()) return 0;
  if (time_factor <= points_.front().time_factor)
    return points_.front().requests_per_second * points_.front().time_factor / time_factor;
  if (time_factor > points_.back().time_factor && (ends_ || points_.size() == 1)) return 0;
  const double at = std::log(time_factor);
  const auto above = std::ranges::lower_bound(log_factors_, at);
  const auto last = static_cast<std::ptrdiff_t>(log_factors_.size()) - 1;
  const auto high = static_cast<std::size_t>(std::min(above - log_factors_.begin(), last));
  const std::size_t low = high - 1;
  const double along = (at - log_factors_[low]) / (log_factors_[high] - log_factors_[low]);
  return std::exp(log_rates_[low] + along * (log_rates_[high] - log_rates_[low]));
}

CapacityCurve CapacityCurve::scaled(double factor) const {
  std::vector<Point> points = points_;
  for (Point& point : points) point.requests_per_second *= factor;
  return {std::move(points), ends_};
}

}  // namespace bitworth::decision
