#include "bitworth/measure/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace bitworth::measure {
namespace {

using cases::TimedPhase;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Two files in decode cells of those batches; `times` gives the candidate's and the machine's factor of a
// block.
cases::Evidence evidence_of(std::vector<int> batches, int blocks, auto&& candidate, auto&& machine) {
  cases::Evidence e;
  e.files.resize(2);
  for (const int batch : batches)
    e.cells.push_back({.phase = TimedPhase::decode, .batch = batch, .repeats = 10});
  for (int b = 0; b < blocks; ++b) {
    for (std::size_t cell = 0; cell < batches.size(); ++cell) {
      e.samples.push_back({b, 0, cell, 2.0 * machine(b)});
      e.samples.push_back({b, 1, cell, 2.0 * machine(b) * candidate(batches[cell])});
    }
  }
  return e;
}

const auto quiet = [](int) { return 1.0; };

TEST(Findings, PassTimeIsTheMedianOverRepeats) {
  const cases::Evidence e = evidence_of(
      {1}, 3, [](int) { return 0.5; }, [](int b) { return 1.0 + b; });
  const auto time = pass_time(e, 0, 0);
  ASSERT_TRUE(time);
  EXPECT_DOUBLE_EQ(time->median, 0.4);  // 2, 4, 6 seconds of 10 steps
  EXPECT_EQ(time->samples, 3U);
  EXPECT_FALSE(pass_time(e, 2, 0));
}

// The machine wanders by a factor of three; pairs do not notice.
TEST(Findings, RatiosArePairedWithinBlocks) {
  const cases::Evidence e = evidence_of(
      {1}, 8, [](int) { return 0.5; }, [](int b) { return 1.0 + b % 3; });
  const auto ratio = speed_ratio(e, 1, 0);
  ASSERT_TRUE(ratio);
  EXPECT_NEAR(ratio->ratio, 2, 1e-12);
  EXPECT_NEAR(ratio->low, 2, 1e-12);
  EXPECT_NEAR(ratio->high, 2, 1e-12);
  EXPECT_GE(ratio->confidence, 0.95);
  EXPECT_TRUE(ratio->faster());
  EXPECT_NEAR(*widest_interval(e), 0, 1e-12);
}

TEST(Findings, ABlockThatLacksOneSideDoesNotCount) {
  cases::Evidence e = evidence_of(
      {1}, 3, [](int) { return 0.5; }, quiet);
  e.samples.pop_back();
  EXPECT_EQ(speed_ratio(e, 1, 0)->blocks, 2U);
}

TEST(Findings, FindTheBatchWhereASchemeStopsPaying) {
  // Twice as fast at 1, half as fast at 16: the same at 4, halfway between the logarithms.
  const cases::Evidence e = evidence_of(
      {1, 16}, 3, [](int batch) { return batch == 1 ? 0.5 : 2.0; }, quiet);
  const auto stop = stops_paying(e, 1, 0);
  ASSERT_TRUE(stop);
  EXPECT_NEAR(stop->batch, 4, 1e-9);
  EXPECT_EQ(stop->last_faster, 1);
  EXPECT_EQ(stop->first_slower, 16);
  EXPECT_FALSE(stops_paying(evidence_of(
                                {1, 16}, 3, [](int) { return 0.5; }, quiet),
                            1, 0));
  EXPECT_FALSE(stops_paying(e, 1, 512));
}

TEST(Findings, AQuietMachineRaisesNoDoubt) {
  const auto little = [](int b) { return 1 + 0.02 * (b % 3); };
  EXPECT_THAT(doubts_about_machine(evidence_of(
                  {1, 8}, 9, [](int) { return 0.5; }, little)),
              IsEmpty());
}

TEST(Findings, ANoisyMachineIsTold) {
  const auto noisy = [](int b) { return b % 2 ? 1.4 : 1.0; };
  EXPECT_THAT(doubts_about_machine(evidence_of(
                  {1, 8}, 9, [](int) { return 0.5; }, noisy)),
              ElementsAre(HasSubstr("noisy: the same work took up to 40.0 % longer")));
}

TEST(Findings, AThrottlingMachineIsTold) {
  const auto throttles = [](int b) { return b < 4 ? 1.0 : 1.08; };
  EXPECT_THAT(doubts_about_machine(evidence_of(
                  {1, 8}, 9, [](int) { return 0.5; }, throttles)),
              ElementsAre(HasSubstr("became 8.0 % slower as the run went on")));
}

}  // namespace
}  // namespace bitworth::measure
