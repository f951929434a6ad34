#include "bitworth/economics/value_of_information.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>

#include "bitworth/stats/latin_hypercube.hpp"

namespace bitworth::economics {
namespace {

constexpr std::size_t draws = 16384;
constexpr Tolerance strict{.chance = 0.1};

/// Standard normal scores in random order: a stream of its own each.
std::vector<double> scores(std::string_view stream) {
  static const std::vector<double> middle = stats::share_scores(draws);
  std::vector<std::uint16_t> shares(draws);
  Rng rng(1, stream);
  stats::shuffle_shares(shares, rng);
  std::vector<double> result;
  for (const std::uint16_t share : shares) result.push_back(middle[share]);
  return result;
}

Prospect prospect(const std::vector<double>& scores, double mean, double sigma) {
  Prospect result;
  for (const double z : scores) result.worth.push_back(mean + sigma * z);
  result.breaks.assign(scores.size(), 0.0);
  return result;
}

double normal_evpi(double mean, double sigma) {
  const double u = std::abs(mean) / sigma;
  const double density = std::exp(-u * u / 2) / std::sqrt(2 * std::numbers::pi);
  return sigma * (density - u * (1 - normal_cdf(u)));
}

// In closed form: sd (phi(u) - u (1 - Phi(u))).
TEST(PerfectInformation, MeetsTheTwoOptionNormal) {
  EXPECT_NEAR(normal_evpi(10000, 40000), 11453.78792894321, 1e-6);
  const std::vector<Prospect> one = {prospect(scores("x"), 10000, 40000)};
  EXPECT_NEAR(value_of_perfect_information(one, strict), 11453.79, 20);
  const std::vector<Prospect> loses = {prospect(scores("x"), -10000, 40000)};
  EXPECT_NEAR(value_of_perfect_information(loses, strict), 11453.79, 20);
}

TEST(PerfectInformation, IsWorthNothingWhereNothingCanChange) {
  const std::vector<Prospect> sure = {prospect(scores("x"), 10000, 100)};
  EXPECT_EQ(value_of_perfect_information(sure, strict), 0);
  EXPECT_EQ(best_now(sure, strict), 0U);
}

TEST(Signals, AnInputThatIsAllThereIsIsWorthAll) {
  const std::vector<double> x = scores("x");
  const std::vector<Prospect> one = {prospect(x, 10000, 40000)};
  const std::vector<std::vector<double>> all = {x};
  const double evpi = value_of_perfect_information(one, strict);
  EXPECT_NEAR(value_of_signals(one, one, strict, all), evpi, 0.01 * evpi);
}

// Worth = a x + b y: knowing x alone leaves a normal of mean as before and sd a.
TEST(Signals, OneInputOfTwoMeetsItsClosedForm) {
  const std::vector<double> x = scores("x"), y = scores("y");
  Prospect both = prospect(x, 10000, 40000);
  for (std::size_t i = 0; i < draws; ++i) both.worth[i] += 30000 * y[i];
  const std::vector<Prospect> one = {both};
  const std::vector<std::vector<double>> only_x = {x}, only_y = {y}, x_and_y = {x, y},
                                         unrelated = {scores("z")};
  EXPECT_NEAR(value_of_signals(one, one, strict, only_x), normal_evpi(10000, 40000), 500);
  EXPECT_NEAR(value_of_signals(one, one, strict, only_y), normal_evpi(10000, 30000), 500);
  EXPECT_NEAR(value_of_signals(one, one, strict, x_and_y), normal_evpi(10000, 50000), 500);
  EXPECT_LT(value_of_signals(one, one, strict, unrelated), 0.01 * normal_evpi(10000, 50000));
  EXPECT_LE(value_of_signals(one, one, strict, x_and_y), value_of_perfect_information(one, strict));
}

// A measurement with noise as large as the prior's spread halves the variance that it tells of.
TEST(Signals, AnImperfectMeasurementIsWorthLess) {
  const std::vector<double> x = scores("x"), noise = scores("noise");
  std::vector<std::vector<double>> signal = {x};
  for (std::size_t i = 0; i < draws; ++i) signal[0][i] = (x[i] + noise[i]) / std::numbers::sqrt2;
  const std::vector<Prospect> one = {prospect(x, 10000, 40000)};
  EXPECT_NEAR(value_of_signals(one, one, strict, signal), normal_evpi(10000, 40000 / std::numbers::sqrt2),
              500);
}

// Two exclusive prospects: what counts is their difference, normal with sd sqrt(2).
TEST(Signals, ChoosesBetweenProspects) {
  const std::vector<double> x = scores("x"), y = scores("y");
  const std::vector<Prospect> two = {prospect(x, 1e6, 1000), prospect(y, 1e6, 1000)};
  const double expected = 1000 * std::numbers::sqrt2 / std::sqrt(2 * std::numbers::pi);
  EXPECT_NEAR(value_of_perfect_information(two, strict), expected, 0.03 * expected);
}

// The bar: a prospect that breaks it in 3 draws of 10 may not be chosen now, and surely may where a signal
// tells the draws apart.
TEST(Signals, AnEvaluationOpensWhatTheBarForbids) {
  const std::vector<double> x = scores("quality");
  Prospect risky = prospect(x, 0, 0);
  const double limit = normal_quantile(0.7);
  for (std::size_t i = 0; i < draws; ++i) {
    risky.breaks[i] = x[i] > limit ? 1 : 0;
    risky.worth[i] = x[i] > limit ? -100 : 1000;
  }
  const std::vector<Prospect> one = {risky};
  EXPECT_FALSE(best_now(one, strict));
  EXPECT_NEAR(value_of_perfect_information(one, strict), 700, 1);
  const std::vector<std::vector<double>> signal = {x};
  EXPECT_NEAR(value_of_signals(one, one, strict, signal), 700, 15);
}

TEST(Signals, AMeasurementThatLiftsABlockIsWorthWhatItOpens) {
  const std::vector<double> x = scores("x");
  std::vector<Prospect> now = {prospect(x, 5000, 1)}, after = now;
  now[0].blocked = true;
  const std::vector<std::vector<double>> signal = {x};
  EXPECT_NEAR(value_of_signals(now, after, strict, signal), 5000, 1);
  EXPECT_EQ(value_of_signals(now, now, strict, signal), 0);
}

// Whatever there is to choose from: nothing known is worth less than nothing, and nothing more than
// everything.
RC_GTEST_PROP(Signals, AreWorthFromNothingToEverything, ()) {
  const auto percent = [](int low, int high) { return *rc::gen::inRange(low, high) / 100.0; };
  std::vector<Prospect> now, after;
  std::vector<std::vector<double>> signals;
  const std::vector<double> shared = scores("shared");
  const int options = *rc::gen::inRange(1, 4);
  for (int i = 0; i < options; ++i) {
    const std::vector<double> own = scores("own" + std::to_string(i));
    Prospect option = prospect(shared, percent(-300, 300), percent(0, 300));
    const double sigma = percent(0, 300), limit = percent(-100, 300);
    for (std::size_t draw = 0; draw < draws; ++draw) {
      option.worth[draw] += sigma * own[draw];
      option.breaks[draw] = own[draw] > limit ? 1 : 0;
      if (option.breaks[draw] != 0) option.worth[draw] = -0.5;
    }
    after.push_back(option);
    option.blocked = *rc::gen::arbitrary<bool>();
    now.push_back(option);
    signals.push_back(own);
  }
  const double everything = value_of_perfect_information(now, strict);
  RC_ASSERT(everything >= 0);
  double best_of_each = 0;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    double best = 0;
    for (const Prospect& option : now)
      best = std::max(best, option.breaks[draw] != 0 ? 0 : option.worth[draw]);
    best_of_each += best / draws;
  }
  RC_ASSERT(std::abs(best_of_each - worth_of_choosing_now(now, strict) - everything) < 1e-9);
  for (const std::vector<double>& signal : signals) {
    const std::vector<std::vector<double>> alone = {signal};
    const double worth = value_of_signals(now, after, strict, alone);
    RC_ASSERT(worth >= 0);
    RC_ASSERT(worth <= everything);
  }
}

}  // namespace
}  // namespace bitworth::economics
