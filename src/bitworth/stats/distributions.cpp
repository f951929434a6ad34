#include "bitworth/stats/distributions.hpp"

#include <cmath>

#include "bitworth/base/rng.hpp"

namespace bitworth::stats {
namespace {

constexpr double interval_in_sigmas = 2 * 1.2815515655446004;  // from the p10 to the p90 of a normal

// Lentz's evaluation of the continued fraction; converges fast for x below the mean.
double continued_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  const auto away_from_zero = [](double value) { return std::abs(value) < tiny ? tiny : value; };
  double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double result = d;
  for (int m = 1; m <= 300; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    result *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    result *= c * d;
    if (std::abs(c * d - 1) < 1e-15) break;
  }
  return result;
}

}  // namespace

double beta_cdf(double alpha, double beta, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(std::lgamma(alpha + beta) - std::lgamma(alpha) - std::lgamma(beta) +
                                alpha * std::log(x) + beta * std::log1p(-x));
  if (x < (alpha + 1) / (alpha + beta + 2)) return front * continued_fraction(alpha, beta, x) / alpha;
  return 1 - front * continued_fraction(beta, alpha, 1 - x) / beta;
}

double beta_quantile(double alpha, double beta, double p) {
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (beta_cdf(alpha, beta, middle) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

double Pert::variance() const {
  const double a = alpha(), b = beta(), range = high - low;
  return range * range * a * b / ((a + b) * (a + b) * (a + b + 1));
}

double Pert::quantile(double p) const {
  return low + (high - low) * beta_quantile(alpha(), beta(), p);
}

double Triangular::variance() const {
  return (low * low + mode * mode + high * high - low * mode - low * high - mode * high) / 18;
}

double Triangular::quantile(double p) const {
  const double range = high - low, share_below = (mode - low) / range;
  if (p <= share_below) return low + std::sqrt(p * range * (mode - low));
  return high - std::sqrt((1 - p) * range * (high - mode));
}

Lognormal Lognormal::from_interval(double p10, double p90) {
  return {(std::log(p10) + std::log(p90)) / 2, (std::log(p90) - std::log(p10)) / interval_in_sigmas};
}

double Lognormal::median() const {
  return std::exp(mu);
}

double Lognormal::mean() const {
  return std::exp(mu + sigma * sigma / 2);
}

double Lognormal::quantile(double p) const {
  return std::exp(mu + sigma * normal_quantile(p));
}

Normal Normal::from_interval(double p10, double p90) {
  return {(p10 + p90) / 2, (p90 - p10) / interval_in_sigmas};
}

double Normal::quantile(double p) const {
  return mean + sigma * normal_quantile(p);
}

}  // namespace bitworth::stats
