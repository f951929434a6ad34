#include "bitworth/stats/latin_hypercube.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "bitworth/stats/ranks.hpp"

namespace bitworth::stats {
namespace {

std::vector<std::uint16_t> column(std::size_t n, std::uint64_t seed, std::string_view stream) {
  std::vector<std::uint16_t> shares(n);
  Rng rng(seed, stream);
  shuffle_shares(shares, rng);
  return shares;
}

double correlation_of(const std::vector<std::uint16_t>& a, const std::vector<std::uint16_t>& b) {
  return rank_correlation(std::vector<double>(a.begin(), a.end()), std::vector<double>(b.begin(), b.end()));
}

TEST(LatinHypercube, EachShareAppearsOnceAndColumnsAreUnrelated) {
  std::vector<std::uint16_t> a = column(4096, 1, "a"), b = column(4096, 1, "b");
  EXPECT_NEAR(correlation_of(a, b), 0, 0.06) << "four standard errors";
  EXPECT_EQ(a, column(4096, 1, "a"));
  EXPECT_NE(a, column(4096, 2, "a"));
  std::ranges::sort(a);
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(a[i], i);
}

// Spearman's rho of a Gaussian copula is 6/pi asin(r/2).
TEST(LatinHypercube, CorrelatesByRankAndKeepsEveryShare) {
  const std::vector<std::uint16_t> leader = column(4096, 1, "leader");
  std::vector<std::uint16_t> follower = column(4096, 1, "follower");
  correlate(follower, leader, 0.5, share_scores(4096));
  EXPECT_NEAR(correlation_of(follower, leader), 6 / 3.14159265 * std::asin(0.25), 0.05);
  std::ranges::sort(follower);
  for (std::size_t i = 0; i < follower.size(); ++i) ASSERT_EQ(follower[i], i);
}

TEST(LatinHypercube, FullCorrelationCopiesTheLeader) {
  const std::vector<std::uint16_t> leader = column(512, 1, "leader");
  std::vector<std::uint16_t> follower = column(512, 1, "follower");
  correlate(follower, leader, 1, share_scores(512));
  EXPECT_EQ(follower, leader);
}

TEST(LatinHypercube, ScoresAreSymmetricAndNearlyOfUnitVariance) {
  const std::vector<double> scores = share_scores(4096);
  double sum = 0, squares = 0;
  for (const double z : scores) {
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum, 0, 1e-9);
  EXPECT_NEAR(squares / 4096, 1, 1e-3);
}

}  // namespace
}  // namespace bitworth::stats
