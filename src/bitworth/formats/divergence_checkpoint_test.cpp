#include "bitworth/formats/divergence_checkpoint.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "bitworth/quality/divergence_summary.hpp"
#include "bitworth/quality/perplexity_statistics.hpp"
#include "tests/support/divergence_rows.hpp"

namespace bitworth::formats {
namespace {

using bitworth::tests::DivergenceRows;
using quality::ContextScores;

ContextScores score(const DivergenceRows& rows, int context) {
  std::vector<int> documents;
  for (int i = 0; i < rows.plan.scored_tokens(); ++i) documents.push_back(context + (i > 20 ? 1 : 0));
  return *quality::score_exact({context, rows.next_of(context), documents}, rows.vocabulary,
                               rows.baseline_of(context), rows.candidate_of(context));
}

std::string checkpoint_of(std::span<const ContextScores> contexts) {
  std::string text;
  for (const ContextScores& context : contexts) text += to_json_line(context) + "\n";
  return text;
}

std::vector<ContextScores> uninterrupted(const DivergenceRows& rows) {
  std::vector<ContextScores> contexts;
  for (int i = 0; i < rows.plan.contexts; ++i) contexts.push_back(score(rows, i));
  return contexts;
}

TEST(DivergenceCheckpoint, GivesBackEveryBit) {
  ContextScores scores = score(DivergenceRows(), 0);
  scores.kld[0] = -0.0F;
  scores.kld[1] = std::numeric_limits<float>::denorm_min();
  scores.probability_changes[2] = 3.3e38F;
  scores.documents[0].sums.kld = 0.1 + 0.2;
  scores.documents[0].sums.change = -0.0;
  scores.documents[0].sums.kld_squared = std::numeric_limits<double>::denorm_min();
  const auto back = read_context_scores(to_json_line(scores), "run.json");
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(*back, scores);
  EXPECT_TRUE(std::signbit(back->kld[0]));
  EXPECT_TRUE(std::signbit(back->documents[0].sums.change));
}

TEST(DivergenceCheckpoint, LetsARunGoOnToTheSameBytes) {
  const DivergenceRows rows;
  const std::vector<ContextScores> whole = uninterrupted(rows);
  for (int stop = 0; stop < rows.plan.contexts; ++stop) {
    // Killed while it wrote the line of context `stop`.
    std::string text = checkpoint_of(std::span(whole).first(static_cast<std::size_t>(stop)));
    text += to_json_line(whole[static_cast<std::size_t>(stop)]).substr(0, 100);
    auto resumed = read_divergence_checkpoint(text, "run.jsonl");
    ASSERT_TRUE(resumed) << to_text(resumed.error());
    ASSERT_EQ(std::ssize(*resumed), stop);
    for (int i = stop; i < rows.plan.contexts; ++i) resumed->push_back(score(rows, i));
    EXPECT_EQ(checkpoint_of(*resumed), checkpoint_of(whole));
    const auto a = summarize(whole), b = summarize(*resumed);
    EXPECT_EQ(a.kld.value, b.kld.value);
    EXPECT_EQ(a.kld.high, b.kld.high);
    EXPECT_EQ(a.rms_probability_change.low, b.rms_probability_change.low);
  }
}

std::string message(const std::string& line) {
  const auto scores = read_context_scores(line, "run.jsonl", 3);
  return scores ? "accepted" : to_text(scores.error());
}

TEST(DivergenceCheckpoint, RefusesWhatNoRunWrites) {
  const std::string good = to_json_line(score(DivergenceRows(), 0));
  EXPECT_EQ(message(good), "accepted");
  const auto with = [&](const std::string& part, const std::string& other) {
    std::string line = good;
    const std::size_t at = line.find(part);
    EXPECT_NE(at, line.npos) << part;
    return message(line.replace(at, part.size(), other));
  };
  const std::string remedy = "; delete the checkpoint and begin anew";
  EXPECT_EQ(with("\"context\":0", "\"context\":-1"), "run.jsonl:3:1: \"context\" is negative" + remedy);
  EXPECT_EQ(with("\"context\":0", "\"context\":1.5"),
            "run.jsonl:3:1: \"context\" is not a whole number" + remedy);
  EXPECT_EQ(with("\"context\":0", "\"context\":18446744073709551615"),
            "run.jsonl:3:1: \"context\" is too large" + remedy);
  EXPECT_EQ(with("exact", "fast"), "run.jsonl:3:1: \"mode\" is neither \"exact\" nor \"compat\"" + remedy);
  EXPECT_EQ(with("\"documents\":[{", "\"documents\":[7,{"),
            "run.jsonl:3:1: \"documents\" holds something other than objects" + remedy);
  EXPECT_EQ(
      with("\"tokens\":21", "\"tokens\":22"),
      "run.jsonl:3:1: the documents have 32 tokens, \"kld\" 31 and \"probability_changes\" 31" + remedy);
  EXPECT_EQ(with("\"same_top\":", "\"same_top\":9"), "run.jsonl:3:1: \"same_top\" is too large" + remedy);
  EXPECT_EQ(with("\"nll_product\":", "\"nll_product\":\"x\",\"y\":"),
            "run.jsonl:3:1: \"nll_product\" is not a number" + remedy);
  EXPECT_EQ(with("\"kld_squared\":", "\"kld_squared\":-1,\"y\":"),
            "run.jsonl:3:1: \"kld_squared\" is -1, which no tokens add up to" + remedy);
  EXPECT_EQ(with("\"change\":", "\"change\":-1e19,\"y\":"),
            "run.jsonl:3:1: \"change\" is -1e+19, which no tokens add up to" + remedy);
  EXPECT_EQ(with("\"kld\":[", "\"kld\":[1e39,"),
            "run.jsonl:3:1: \"kld\" holds a number that is too large" + remedy);
  EXPECT_EQ(with("\"kld\":[", "\"kld\":[null,"),
            "run.jsonl:3:1: \"kld\" holds something other than numbers" + remedy);
  EXPECT_NE(message("[1]"), "accepted");
  EXPECT_NE(message(good.substr(0, 50)), "accepted");
}

TEST(DivergenceCheckpoint, RefusesTheContextsOfAnotherRun) {
  const std::vector<ContextScores> whole = uninterrupted(DivergenceRows());
  const auto skipped = read_divergence_checkpoint(checkpoint_of(std::span(whole).subspan(1)), "run.jsonl");
  ASSERT_FALSE(skipped);
  EXPECT_EQ(
      to_text(skipped.error()),
      "run.jsonl:1:1: context 1 of another run, where 0 should follow; delete the checkpoint and begin anew");
  auto mixed = whole;
  mixed[1].mode = quality::ScoreMode::compat;
  EXPECT_FALSE(read_divergence_checkpoint(checkpoint_of(mixed), "run.jsonl"));
}

}  // namespace
}  // namespace bitworth::formats
