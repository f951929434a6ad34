#include "bitworth/decision/draws.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "bitworth/decision/samples.hpp"
#include "tests/support/asked_case.hpp"

namespace bitworth::decision {
namespace {

using tests::Asked;
using tests::busy_case;

// Options that differ in their KV cache only are uncertain too, and more so where few sequences fit.
TEST(Uncertainty, CountsTheCacheOfItself) {
  cases::Case c = busy_case();
  c.options[0] = c.baseline;
  c.options[0].kv_cache.id = "fp8";
  c.options[0].kv_cache.bits = 8;
  c.options[0].kernels.spread.base = 0.05;
  c.options[0].kernels.spread.serving = 0.12;
  c.options[0].kernels.spread.kv_limited = 0.3;
  EXPECT_NEAR(time_factor_sigma(c, 0), 0.13, 1e-12);
  EXPECT_TRUE(uncertainty_of(c).named("kernels of fp8 KV cache"));
  c.workload.prompt_tokens = {60000, 60000};
  c.hardware.max_gpus_per_replica = 1;
  EXPECT_NEAR(time_factor_sigma(c, 0), std::hypot(0.13, 0.3), 1e-12);
}

// 80 of 100 draws lie in an 80 % interval. That of the worth is in information_test.cpp.
TEST(Draws, CoverTheirIntervals) {
  cases::Case c = busy_case();
  c.workload.requests_per_second = {500, 300, 900, Provenance::stated, "test", ""};
  c.money.engineering_hours = {40, 20, 90, Provenance::stated, "test", ""};
  c.money.price_change_per_year = {0, -0.2, 0.3, Provenance::stated, "test", ""};
  const Uncertainty uncertainty = uncertainty_of(c);
  const Draws draws(uncertainty, 20000, 7);
  double load = 0, hours = 0, change = 0;
  const double low = std::pow(0.8, 1 / 12.0) - 1, high = std::pow(1.3, 1 / 12.0) - 1;
  draws.for_each([&](const Inputs& in, std::size_t) {
    load += in.requests_per_second >= 300 && in.requests_per_second <= 900 ? 1 : 0;
    hours += in.engineering_hours >= 20 && in.engineering_hours <= 90 ? 1 : 0;
    change += in.price_change_per_month >= low && in.price_change_per_month <= high ? 1 : 0;
  });
  const auto rows = static_cast<double>(draws.rows());
  EXPECT_NEAR(load / rows, 0.8, 0.001);
  EXPECT_NEAR(hours / rows, 0.8, 0.001);
  EXPECT_NEAR(change / rows, 0.8, 0.001);
}

TEST(Draws, HoursOfOneTeamOverrunTogether) {
  cases::Case c = busy_case();
  c.money.engineering_hours = {40, 20, 90, Provenance::stated, "test", ""};
  c.money.refresh_hours = {16, 6, 40, Provenance::stated, "test", ""};
  c.money.hours_correlation = 0.5;
  const Uncertainty uncertainty = uncertainty_of(c);
  const Draws draws(uncertainty, 8192, 1);
  double product = 0;
  std::vector<std::size_t> rows(draws.rows());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const Scores scores = draws.scores(rows);
  const std::vector<double> a = scores.of(*uncertainty.named("engineering hours")),
                            b = scores.of(*uncertainty.named("refresh hours"));
  for (std::size_t i = 0; i < a.size(); ++i) product += a[i] * b[i];
  EXPECT_NEAR(product / static_cast<double>(a.size()), 0.5, 0.03);
}

// Why Latin hypercubes: the same number of draws tells the mean worth many times as well as independent ones.
TEST(Draws, TellTheMeanBetterThanIndependentOnes) {
  cases::Case c = busy_case();
  c.workload.requests_per_second = {500, 400, 625, Provenance::stated, "test", ""};
  c.money.engineering_hours = {400, 200, 900, Provenance::stated, "test", ""};
  c.hardware.price_per_gpu_hour = Estimate{3.6, 3, 4.3, Provenance::stated, "test", ""};
  c.money.price_change_per_year = {0, -0.2, 0.3, Provenance::stated, "test", ""};
  Asked asked(c);
  const Uncertainty uncertainty = uncertainty_of(c);
  constexpr int repeats = 40;
  constexpr std::size_t rows = 256;
  double sum = 0, squares = 0, within = 0;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const Draws draws(uncertainty, rows, static_cast<std::uint64_t>(repeat) + 1);
    const std::vector<double> worth = sample(asked.payoffs, draws).options[0].net_worth;
    double mean = 0, square = 0;
    for (const double value : worth) {
      mean += value / rows;
      square += value * value / rows;
    }
    sum += mean / repeats;
    squares += mean * mean / repeats;
    within += (square - mean * mean) / rows / repeats;  // the variance of a mean of independent draws
  }
  const double variance = squares - sum * sum;
  EXPECT_LT(variance, within / 10);
}

}  // namespace
}  // namespace bitworth::decision
