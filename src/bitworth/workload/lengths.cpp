#include "bitworth/workload/lengths.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "bitworth/stats/ranks.hpp"
#include "bitworth/stats/summary.hpp"

namespace bitworth::workload {

QuantileTable QuantileTable::of_sample(std::span<const std::int32_t> tokens, std::span<const double> shares) {
  const std::vector<double> values = stats::quantiles({tokens.begin(), tokens.end()}, shares);
  std::vector<Point> points;
  for (std::size_t i = 0; i < shares.size(); ++i) points.push_back({shares[i], std::max(1.0, values[i])});
  return QuantileTable(std::move(points));
}

double QuantileTable::quantile(double share) const {
  const auto above = std::ranges::lower_bound(points_, share, {}, &Point::share);
  if (above == points_.begin()) return points_.front().tokens;
  if (above == points_.end()) return points_.back().tokens;
  const Point& low = *(above - 1);
  const double along = (share - low.share) / (above->share - low.share);
  return low.tokens * std::pow(above->tokens / low.tokens, along);
}

namespace {

// The mean of the power of a value whose logarithm is uniform from that of a to that of b.
double mean_between(double a, double b, double power) {
  if (b <= a) return std::pow(a, power);
  return (std::pow(b, power) - std::pow(a, power)) / (power * std::log(b / a));
}

double mean_of_power(const std::vector<QuantileTable::Point>& points, double power) {
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i)
    sum +=
        mean_between(points[i - 1].tokens, points[i].tokens, power) * (points[i].share - points[i - 1].share);
  return sum;
}

}  // namespace

double QuantileTable::mean() const {
  return mean_of_power(points_, 1);
}

double QuantileTable::mean_of_squares() const {
  return mean_of_power(points_, 2);
}

LengthSampler::LengthSampler(QuantileTable prompt, QuantileTable output, double rank_correlation)
    : prompt_(std::move(prompt)),
      output_(std::move(output)),
      // Spearman's rho of a bivariate normal with correlation r is 6/pi asin(r/2).
      correlation_(2 * std::sin(std::numbers::pi / 6 * rank_correlation)) {}

LengthSampler::Lengths LengthSampler::operator()(Rng& rng) const {
  const double a = rng.normal(), b = rng.normal();
  const double c = correlation_ * a + std::sqrt(std::max(0.0, 1 - correlation_ * correlation_)) * b;
  const auto tokens = [](const QuantileTable& table, double score) {
    return std::max(1, static_cast<std::int32_t>(std::lround(table.quantile(normal_cdf(score)))));
  };
  return {tokens(prompt_, a), tokens(output_, c)};
}

double rank_correlation(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
  const std::vector<double> x(a.begin(), a.end()), y(b.begin(), b.end());
  return stats::rank_correlation(x, y);
}

}  // namespace bitworth::workload
