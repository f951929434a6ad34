#pragma once

namespace bitworth::stats {

/// A value between two ends with a likeliest one between them: a beta distribution stretched over the range.
/// Assumes: low <= mode <= high and low < high.
/// Source: Malcolm et al. 1959; alpha = 1 + 4 (mode - low) / (high - low), beta mirrored.
struct Pert {
  double low = 0;
  double mode = 0;
  double high = 1;

  double alpha() const { return 1 + 4 * (mode - low) / (high - low); }
  double beta() const { return 1 + 4 * (high - mode) / (high - low); }
  double mean() const { return (low + 4 * mode + high) / 6; }
  double variance() const;
  double quantile(double p) const;
};

/// The same three figures joined by straight lines. Assumes: as Pert.
struct Triangular {
  double low = 0;
  double mode = 0;
  double high = 1;

  double mean() const { return (low + mode + high) / 3; }
  double variance() const;
  double quantile(double p) const;
};

/// A value whose logarithm is normal.
struct Lognormal {
  double mu = 0;
  double sigma = 0;

  /// Assumes: 0 < p10 <= p90.
  static Lognormal from_interval(double p10, double p90);
  double median() const;
  double mean() const;
  double quantile(double p) const;
};

struct Normal {
  double mean = 0;
  double sigma = 0;

  static Normal from_interval(double p10, double p90);
  double quantile(double p) const;
};

/// The share of a beta distribution below x: the regularized incomplete beta function.
/// Assumes: alpha, beta > 0; 0 <= x <= 1. Source: Lentz's continued fraction (DLMF 8.17.22).
double beta_cdf(double alpha, double beta, double x);

/// Its inverse, by halving. Assumes: 0 <= p <= 1.
double beta_quantile(double alpha, double beta, double p);

}  // namespace bitworth::stats
