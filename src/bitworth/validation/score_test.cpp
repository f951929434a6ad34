#include "bitworth/validation/score.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

namespace bitworth::validation {
namespace {

// Scored pairs by hand: what was predicted, measured, and what the row weighs.
class Pairs {
 public:
  Pairs& add(double predicted, double measured, double weight, double sigma = 0.1) {
    cases::ResolvedPair pair;
    pair.pair.speedup = measured;
    pair.pair.phase = weight < 1 ? "shared" : "alone";
    pair.pair.cell = weight < 1 ? "shared" : std::to_string(scored_.size());
    pairs_.push_back(std::make_unique<cases::ResolvedPair>(pair));
    const double reach = std::exp(sigma);
    scored_.push_back(
        {pairs_.back().get(),
         {.speedup = predicted, .sigma = sigma, .p10 = predicted / reach, .p90 = predicted * reach},
         weight});
    return *this;
  }
  const std::vector<ScoredPair>& all() const { return scored_; }

 private:
  std::vector<std::unique_ptr<cases::ResolvedPair>> pairs_;
  std::vector<ScoredPair> scored_;
};

TEST(Score, WeighsCellsNotRows) {
  Pairs pairs;
  for (int i = 0; i < 10; ++i) pairs.add(2, 2 * std::exp(0.5), 0.1);  // one cell of ten rows, far off
  pairs.add(2, 2, 1).add(1.5, 1.5 * std::exp(-0.05), 1);
  const Score result = score(pairs.all());
  EXPECT_EQ(result.rows, 12);
  EXPECT_EQ(result.cells, 3);
  EXPECT_NEAR(*result.median_abs_log_error, 0.05, 1e-12);
  EXPECT_NEAR(*result.p90_abs_log_error, 0.5, 1e-12);
  EXPECT_NEAR(*result.bias, (-0.5 + 0 + 0.05) / 3, 1e-12);
  EXPECT_NEAR(*result.coverage_80, 2.0 / 3, 1e-12);
}

TEST(Score, DirectionLeavesOutWhatHardlyChanged) {
  const Score result =
      score(Pairs().add(0.9, 1.04, 1).add(1.2, 1.3, 1).add(1.1, 0.8, 1).add(1, 1.5, 1).all());
  EXPECT_NEAR(*result.direction_right, 1.0 / 3, 1e-12) << "a prediction of exactly 1 is wrong";
}

TEST(Score, OfNothingIsAbsent) {
  EXPECT_EQ(score({}).rows, 0);
  EXPECT_FALSE(score({}).median_abs_log_error);
  EXPECT_FALSE(score({}).direction_right);
}

TEST(Score, GroupsByAWord) {
  const auto groups = score_by(Pairs().add(2, 2, 1).add(2, 2, 0.5).all(), &cases::MeasuredPair::phase);
  EXPECT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups.at("shared").cells, 1);
}

TEST(Validate, RefusesAPhaseItDoesNotKnow) {
  cases::ResolvedPair pair;
  pair.architecture = std::make_shared<llm::Architecture>();
  pair.device = std::make_shared<hardware::Device>();
  pair.pair.phase = "dreaming";
  pair.pair.line = 7;
  const Validation result = validate({pair}, {{9, "bad line"}});
  EXPECT_TRUE(result.pairs.empty());
  ASSERT_EQ(result.refused.size(), 2U);
  EXPECT_EQ(result.refused[0].line, 7);
  EXPECT_EQ(result.refused[0].reason, "unknown phase \"dreaming\"");
}

}  // namespace
}  // namespace bitworth::validation
