#include "bitworth/stats/student_t.hpp"

#include <cmath>
#include <numbers>

#include "bitworth/base/rng.hpp"

namespace bitworth::stats {
namespace {

constexpr int nearly_normal = 400;

// The probability of -|t| to |t|.
double central_probability(double t, int degrees_of_freedom) {
  const double theta = std::atan2(std::abs(t), std::sqrt(degrees_of_freedom));
  const double cos2 = std::cos(theta) * std::cos(theta);
  const bool odd = degrees_of_freedom % 2 == 1;
  double term = odd ? std::cos(theta) : 1, sum = odd && degrees_of_freedom == 1 ? 0 : term;
  for (int k = odd ? 3 : 2; k < degrees_of_freedom; k += 2) {
    term *= cos2 * (k - 1) / k;
    sum += term;
  }
  if (!odd) return std::sin(theta) * sum;
  return 2 / std::numbers::pi * (theta + std::sin(theta) * sum);
}

}  // namespace

double student_t_cdf(double t, int degrees_of_freedom) {
  if (degrees_of_freedom >= nearly_normal) return normal_cdf(t);
  const double central = central_probability(t, degrees_of_freedom);
  return t < 0 ? (1 - central) / 2 : (1 + central) / 2;
}

double student_t_quantile(double p, int degrees_of_freedom) {
  if (degrees_of_freedom >= nearly_normal) return normal_quantile(p);
  if (p < 0.5) return -student_t_quantile(1 - p, degrees_of_freedom);
  double low = 0, high = 1;
  while (student_t_cdf(high, degrees_of_freedom) < p && high < 1e300) high *= 2;
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (student_t_cdf(middle, degrees_of_freedom) < p ? low : high) = middle;
  }
  return high;
}

}  // namespace bitworth::stats
