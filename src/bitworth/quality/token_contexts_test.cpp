#include "bitworth/quality/token_contexts.hpp"

#include <gtest/gtest.h>

namespace bitworth::quality {
namespace {

TEST(ContextPlan, CutsAsLlamaPerplexity) {
  const auto plan = plan_contexts(1000, 256, std::nullopt, "stories.txt");
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->contexts, 3);
  EXPECT_EQ(plan->first_scored(), 128);
  EXPECT_EQ(plan->scored_tokens(), 127);
  EXPECT_EQ(plan->all_scored_tokens(), 381);
  // The first row is the logits at position 128, so it is scored on the token at 129.
  EXPECT_EQ(plan->scored_place(0, 0), 129);
  EXPECT_EQ(plan->scored_place(2, 126), 767);
  EXPECT_EQ(plan_contexts(1000, 256, 2, "stories.txt")->contexts, 2);
  EXPECT_EQ(plan_contexts(512, 256, 100, "stories.txt")->contexts, 2);
  EXPECT_EQ(plan_contexts(1000, 9, std::nullopt, "stories.txt")->scored_tokens(), 4);
}

TEST(ContextPlan, SaysWhatATextNeeds) {
  const auto message = [](std::int64_t tokens, int context, std::optional<int> most) {
    return to_text(plan_contexts(tokens, context, most, "note.txt").error());
  };
  EXPECT_EQ(
      message(511, 256, {}),
      "note.txt has 511 tokens; contexts of 256 need at least 512; take a longer text, or contexts of at "
      "most 255");
  EXPECT_EQ(message(3, 256, {}),
            "note.txt has 3 tokens; contexts of 256 need at least 512; take a longer text");
  EXPECT_EQ(message(9999, 4, {}),
            "a context of 4 tokens is too short to score; take at least 8; 256 and 512 are usual");
  EXPECT_EQ(message(9999, 64, 0), "0 contexts leave nothing to score; take at least 1");
  EXPECT_EQ(
      message(9999, 2'000'000'000, {}),
      "note.txt has 9999 tokens; contexts of 2000000000 need at least 4000000000; take a longer text, or "
      "contexts of at most 4999");
}

TEST(Documents, ArePartedByEmptyLines) {
  using Begins = std::vector<std::size_t>;
  EXPECT_EQ(find_documents(""), Begins{0});
  EXPECT_EQ(find_documents("one\ntwo\n"), Begins{0});
  EXPECT_EQ(find_documents("one\n\ntwo\nthree\n \t\r\n\nfour"), (Begins{0, 5, 20}));
  EXPECT_EQ(find_documents("\n\n one\n\n"), Begins{0});
}

TEST(Documents, AreTheOnesThatTheScoredTokensLieIn) {
  const ContextPlan plan{8, 2};
  // Context 0 is scored on the tokens at 5, 6 and 7, context 1 on those at 13, 14 and 15.
  const std::vector<std::int64_t> firsts = {0, 6, 10, 15};
  EXPECT_EQ(documents_of(plan, 0, firsts), (std::vector<int>{0, 1, 1}));
  EXPECT_EQ(documents_of(plan, 1, firsts), (std::vector<int>{2, 2, 3}));
}

}  // namespace
}  // namespace bitworth::quality
