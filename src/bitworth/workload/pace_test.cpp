#include "bitworth/workload/pace.hpp"

#include <gtest/gtest.h>

namespace bitworth::workload {
namespace {

Trace evenly(std::size_t requests, double gap_seconds) {
  Trace trace;
  for (std::size_t i = 0; i < requests; ++i)
    trace.add({.arrival = static_cast<Nanoseconds>(static_cast<double>(i) * gap_seconds * 1e9),
               .prompt_tokens = 100,
               .output_tokens = 10});
  return trace;
}

TEST(Pace, OfLessThanAMinuteKnowsNoBusiestMinute) {
  EXPECT_FALSE(pace_of(evenly(60, 1)).busiest_minute);
  EXPECT_NEAR(pace_of(evenly(62, 1)).busiest_minute.value(), 1, 1e-12);
}

// Three of five prompts begin as an earlier one did, for one, two and three blocks.
TEST(Pace, TellsWhatPromptsShare) {
  Trace trace;
  trace.prefix_block_tokens = 16;
  const std::vector<std::vector<std::uint64_t>> prompts = {{1, 2, 3}, {1, 9}, {7}, {1, 2, 8}, {1, 2, 3, 4}};
  for (const auto& blocks : prompts) trace.add({.prompt_tokens = 64, .output_tokens = 1}, blocks);
  const PrefixSharing sharing = prefix_sharing_of(trace).value();
  EXPECT_EQ(sharing.prefixes, 1);
  EXPECT_EQ(sharing.prefix_tokens, 32);
  EXPECT_NEAR(sharing.share, 0.6, 1e-12);
  EXPECT_FALSE(prefix_sharing_of(evenly(3, 1)));
}

}  // namespace
}  // namespace bitworth::workload
