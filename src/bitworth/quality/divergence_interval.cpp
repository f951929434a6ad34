#include "bitworth/quality/divergence_interval.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/stats/student_t.hpp"

namespace bitworth::quality {
namespace {

ClusterPart add_up(std::span<const ClusterPart> parts) {
  ClusterPart sum;
  for (const ClusterPart& part : parts) {
    sum.x += part.x;
    sum.y += part.y;
  }
  return sum;
}

/// The error of a statistic of the two sums, from leaving out each cluster in turn.
template <class Statistic>
double jackknife(std::span<const ClusterPart> parts, Statistic statistic) {
  const ClusterPart sum = add_up(parts);
  const double whole = statistic(sum.x, sum.y);
  double squares = 0;
  for (const ClusterPart& part : parts) {
    const double change = statistic(sum.x - part.x, sum.y - part.y) - whole;
    squares += change * change;
  }
  const auto clusters = static_cast<double>(parts.size());
  return std::sqrt((clusters - 1) / clusters * squares);
}

double ratio(double x, double y) {
  return x / y;
}

double log_ratio(double x, double y) {
  return std::log(x / y);
}

double t_of(std::span<const ClusterPart> parts, double level) {
  return stats::student_t_quantile(0.5 + level / 2, static_cast<int>(parts.size()) - 1);
}

/// Whether every sum stays positive without any one cluster.
bool logarithm_exists(std::span<const ClusterPart> parts) {
  const ClusterPart sum = add_up(parts);
  return std::ranges::all_of(
      parts, [&](const ClusterPart& part) { return sum.x - part.x > 0 && sum.y - part.y > 0; });
}

}  // namespace

std::string_view to_text(ClusterUnit unit) {
  switch (unit) {
    case ClusterUnit::document:
      return "document";
    case ClusterUnit::context:
      return "context";
    case ClusterUnit::none:
      break;
  }
  return "none";
}

ClusteredValue clustered_ratio(std::span<const ClusterPart> parts, double level) {
  const ClusterPart sum = add_up(parts);
  const double value = ratio(sum.x, sum.y), error = jackknife(parts, ratio), t = t_of(parts, level);
  return {value, error, value - t * error, value + t * error};
}

ClusteredValue clustered_positive_ratio(std::span<const ClusterPart> parts, double level) {
  if (!logarithm_exists(parts)) {
    ClusteredValue plain = clustered_ratio(parts, level);
    plain.low = 0;
    return plain;
  }
  const ClusterPart sum = add_up(parts);
  const double value = ratio(sum.x, sum.y), error = jackknife(parts, log_ratio);
  const double spread = std::exp(t_of(parts, level) * error);
  return {value, value * error, value / spread, value * spread};
}

std::optional<ClusteredValue> clustered_log_ratio(std::span<const ClusterPart> parts, double level) {
  if (!logarithm_exists(parts)) return std::nullopt;
  const ClusterPart sum = add_up(parts);
  const double value = log_ratio(sum.x, sum.y), error = jackknife(parts, log_ratio), t = t_of(parts, level);
  return ClusteredValue{value, error, value - t * error, value + t * error};
}

}  // namespace bitworth::quality
