#include "bitworth/formats/workloads.hpp"

#include <gtest/gtest.h>

namespace bitworth::formats {
namespace {

TEST(Workloads, AreShippedWithTheirSources) {
  for (const char* id : {"chat", "code-completion", "long-context-chat", "reasoning"}) {
    const NamedWorkload* found = built_in_workloads().find(id);
    ASSERT_NE(found, nullptr) << id;
    EXPECT_FALSE(found->source.empty());
    EXPECT_GT(found->prompt_tokens.mean(), 0);
  }
  // The logs' own means: 1155 prompt and 211 output tokens, 973 and 3068.
  const NamedWorkload& chat = *built_in_workloads().find("chat");
  EXPECT_NEAR(chat.prompt_tokens.mean(), 1155, 0.03 * 1155);
  EXPECT_NEAR(chat.output_tokens.mean(), 211, 0.05 * 211);
  const NamedWorkload& reasoning = *built_in_workloads().find("reasoning");
  EXPECT_NEAR(reasoning.output_tokens.mean(), 3068, 0.05 * 3068);
}

TEST(Workloads, ReportsWhatIsWrong) {
  const auto read = read_workloads(
      "[[workload]]\nid = \"x\"\npermille = [0, 900]\nprompt_tokens = [5, 4]\noutput_tokens = [1]\n"
      "source = \"s\"\ndate = \"2026-11-21\"\n",
      "w.toml");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().size(), 3U);
}

}  // namespace
}  // namespace bitworth::formats
