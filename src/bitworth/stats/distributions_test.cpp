#include "bitworth/stats/distributions.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace bitworth::stats {
namespace {

// Mean and variance by the midpoint rule over the quantile function: no formula in common with the closed
// ones.
template <class Distribution>
std::pair<double, double> moments(const Distribution& d) {
  constexpr int cells = 20000;
  double mean = 0, square = 0;
  for (int i = 0; i < cells; ++i) {
    const double x = d.quantile((i + 0.5) / cells);
    mean += x / cells;
    square += x * x / cells;
  }
  return {mean, square - mean * mean};
}

// The moments in closed form.
TEST(Pert, HasThePublishedShape) {
  const Pert pert{1.0, 1.3, 1.8};
  EXPECT_DOUBLE_EQ(pert.alpha(), 2.5);
  EXPECT_DOUBLE_EQ(pert.beta(), 3.5);
  EXPECT_NEAR(pert.mean(), 1.3333333333333333, 1e-15);
  EXPECT_NEAR(pert.variance(), 0.022222222222222227, 1e-15);
}

TEST(Pert, QuantilesAgreeWithItsMoments) {
  const Pert pert{1.0, 1.3, 1.8};
  const auto [mean, variance] = moments(pert);
  EXPECT_NEAR(mean, pert.mean(), 1e-6);
  EXPECT_NEAR(variance, pert.variance(), 1e-6);
}

TEST(Triangular, HasThePublishedMoments) {
  const Triangular triangle{1.0, 1.3, 1.8};
  EXPECT_NEAR(triangle.mean(), 1.3666666666666665, 1e-15);
  EXPECT_NEAR(triangle.variance(), 0.02722222222222221, 1e-15);
  const auto [mean, variance] = moments(triangle);
  EXPECT_NEAR(mean, triangle.mean(), 1e-6);
  EXPECT_NEAR(variance, triangle.variance(), 1e-6);
}

TEST(Triangular, MayPeakAtAnEnd) {
  const Triangular falling{0, 0, 2};
  EXPECT_DOUBLE_EQ(falling.quantile(0), 0);
  EXPECT_DOUBLE_EQ(falling.quantile(0.75), 1);
  EXPECT_DOUBLE_EQ(falling.quantile(1), 2);
}

TEST(Lognormal, FromAnInterval) {
  const Lognormal hours = Lognormal::from_interval(2000, 20000);
  EXPECT_NEAR(hours.mu, 8.752195006039106, 1e-12);
  EXPECT_NEAR(hours.sigma, 0.898358347373854, 1e-12);
  EXPECT_NEAR(hours.median(), 6324.555320336761, 1e-8);
  EXPECT_NEAR(hours.mean(), 9468.434549071186, 1e-8);
  EXPECT_NEAR(hours.quantile(0.1), 2000, 1e-8);
  EXPECT_NEAR(hours.quantile(0.9), 20000, 1e-7);
}

TEST(Normal, FromAnInterval) {
  const Normal loss = Normal::from_interval(-1, 3);
  EXPECT_DOUBLE_EQ(loss.mean, 1);
  EXPECT_NEAR(loss.quantile(0.9), 3, 1e-12);
}

// Closed forms: beta(1, b) and beta(a, 1) are powers, and equal parameters are symmetric.
TEST(Beta, MeetsItsClosedForms) {
  for (const double x : {0.01, 0.3, 0.7, 0.99}) {
    EXPECT_NEAR(beta_cdf(1, 4, x), 1 - std::pow(1 - x, 4), 1e-14);
    EXPECT_NEAR(beta_cdf(3, 1, x), std::pow(x, 3), 1e-14);
    EXPECT_NEAR(beta_cdf(2.5, 2.5, x) + beta_cdf(2.5, 2.5, 1 - x), 1, 1e-14);
    EXPECT_NEAR(beta_quantile(2.5, 3.5, beta_cdf(2.5, 3.5, x)), x, 1e-9);
  }
  EXPECT_EQ(beta_cdf(2, 3, 0), 0);
  EXPECT_EQ(beta_cdf(2, 3, 1), 1);
}

}  // namespace
}  // namespace bitworth::stats
