#include "bitworth/decision/tornado.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "bitworth/decision/samples.hpp"
#include "tests/support/asked_case.hpp"

namespace bitworth::decision {
namespace {

using tests::Asked;
using tests::busy_case;

TEST(Tornado, TheWidestSwingComesFirst) {
  cases::Case c = busy_case();
  c.workload.requests_per_second = {500, 400, 625, Provenance::stated, "test", ""};
  c.money.engineering_hours = {40, 39, 41, Provenance::stated, "test", ""};
  Asked asked(c);
  const Uncertainty uncertainty = uncertainty_of(c);
  const Draws draws(uncertainty, 4096, 1);
  const Samples samples = sample(asked.payoffs, draws);
  const std::vector<Swing> swings = tornado(asked.payoffs, uncertainty, samples, 0);
  ASSERT_EQ(swings.size(), uncertainty.unknowns.size());
  EXPECT_EQ(swings.front().name, "load");
  EXPECT_GT(swings.front().worth_at_high, swings.front().worth_at_low);
  EXPECT_GT(swings.front().rank_correlation, 0.8);
  const auto hours = std::ranges::find(swings, "engineering hours", &Swing::name);
  EXPECT_NEAR(hours->worth_at_low - hours->worth_at_high, 200, 1e-6) << "two hours at $100";
  EXPECT_LT(hours->rank_correlation, 0);
}

}  // namespace
}  // namespace bitworth::decision
