#include "bitworth/report/perplexity_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "bitworth/formats/perplexity_base_file.hpp"
#include "tests/support/divergence_rows.hpp"
#include "tests/support/source_dir.hpp"

namespace bitworth::report {
namespace {

using bitworth::tests::DivergenceRows;
using quality::ContextScores;
using quality::encoded_words;

/// A run of baseline and candidate in compat mode.
struct CompatRun {
  explicit CompatRun(const DivergenceRows& rows) {
    for (int context = 0; context < rows.plan.contexts; ++context) {
      const quality::ScoredTokens scored{context, rows.next_of(context), {}};
      std::vector<std::uint16_t> words(rows.next_of(context).size() * encoded_words(rows.vocabulary));
      baseline.push_back(*quality::encode_context(scored, rows.vocabulary, rows.baseline_of(context), words));
      candidate.push_back(*quality::score_compat(scored, rows.vocabulary, words, rows.candidate_of(context)));
    }
  }
  std::vector<quality::BaselineSums> baseline;
  std::vector<ContextScores> candidate;
};

// What llama-perplexity's own functions (commit de3ff815) print when they are given these rows of logits.
constexpr const char* baseline_output =
    R"([1]9.7677,[2]9.1875,[3]10.8032,[4]12.9151,[5]12.6933,
Final estimate: PPL = 12.6933 +/- 5.47594
)";
constexpr const char* candidate_output =
    R"(chunk             PPL               ln(PPL(Q)/PPL(base))          KL Divergence              Δp RMS            Same top p
   1       9.7346 ±    8.9860       0.28144 ±    0.29092       0.03200 ±    0.00655     7.355 ±  1.465 %    90.323 ±  5.398 %
   2       9.2463 ±    5.6459       0.18128 ±    0.15215       0.04210 ±    0.00688     8.630 ±  1.121 %    91.935 ±  3.486 %
   3      10.8764 ±    5.7617       0.25480 ±    0.16035       0.04648 ±    0.00753     8.379 ±  0.933 %    89.247 ±  3.230 %
   4      13.5420 ±    6.6944       0.34279 ±    0.13563       0.05137 ±    0.00678     8.365 ±  0.802 %    87.903 ±  2.940 %
   5      13.2212 ±    5.6763       0.32717 ±    0.11939       0.05647 ±    0.00649     9.562 ±  0.908 %    86.452 ±  2.758 %

====== Perplexity statistics ======
Mean PPL(Q)                   :  13.221192 ±   5.676333
Mean PPL(base)                :   9.531983 ±   3.309070
Cor(ln(PPL(Q)), ln(PPL(base))):  97.48%
Mean ln(PPL(Q)/PPL(base))     :   0.327168 ±   0.119388
Mean PPL(Q)/PPL(base)         :   1.387035 ±   0.165596
Mean PPL(Q)-PPL(base)         :   3.689208 ±   2.559118

====== KL divergence statistics ======
Mean    KLD:   0.056475 ±   0.006485
Maximum KLD:   0.402507
99.9%   KLD:   0.401629
99.0%   KLD:   0.388893
95.0%   KLD:   0.210452
90.0%   KLD:   0.162750
Median  KLD:   0.022690
10.0%   KLD:   0.001551
 5.0%   KLD:   0.000471
 1.0%   KLD:   0.000021
 0.1%   KLD:   0.000003
Minimum KLD:   0.000002

====== Token probability statistics ======
Mean    Δp: -1.645 ± 0.759 %
Maximum Δp: 28.747%
99.9%   Δp: 28.017%
99.0%   Δp: 22.961%
95.0%   Δp: 11.305%
90.0%   Δp:  7.291%
75.0%   Δp:  1.378%
Median  Δp: -0.000%
25.0%   Δp: -4.032%
10.0%   Δp: -12.893%
 5.0%   Δp: -20.413%
 1.0%   Δp: -28.638%
 0.1%   Δp: -39.547%
Minimum Δp: -41.323%
RMS Δp    :  9.562 ± 0.908 %
Same top p: 86.452 ± 2.758 %
)";

TEST(PerplexityText, IsLlamaPerplexitysLetterForLetter) {
  const CompatRun run{DivergenceRows()};
  EXPECT_EQ(baseline_perplexity_text(quality::baseline_perplexity(run.baseline)), baseline_output);
  EXPECT_EQ(perplexity_text(quality::perplexity_statistics(run.candidate)), candidate_output);
}

TEST(PerplexityText, LeavesTheSectionsOutBelowAHundredTokens) {
  CompatRun run{DivergenceRows()};
  run.candidate.resize(3);  // 93 tokens
  const std::string text = perplexity_text(quality::perplexity_statistics(run.candidate));
  EXPECT_EQ(text.find("======"), text.npos);
  EXPECT_EQ(std::ranges::count(text, '\n'), 5);
}

TEST(PerplexityText, HasNoNanForACandidateEqualToItsBaseline) {
  DivergenceRows rows;
  rows.candidate = rows.baseline;
  const CompatRun run(rows);
  const std::string text = perplexity_text(quality::perplexity_statistics(run.candidate));
  EXPECT_EQ(text.find("nan"), text.npos) << text;
  EXPECT_NE(text.find("Same top p: 100.000 ± 0.000 %"), text.npos) << text;
  // All rows alike: every variance is 0.
  for (float& logit : rows.baseline) logit = 0;
  rows.candidate = rows.baseline;
  EXPECT_EQ(perplexity_text(quality::perplexity_statistics(CompatRun(rows).candidate)).find("nan"),
            text.npos);
}

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// A file that llama-perplexity wrote holds the baseline's perplexity, which it printed when it read the file.
TEST(PerplexitySamples, GiveTheBaselinesPerplexityAsPrinted) {
  const auto folder = bitworth::source_dir() / "../shared/data/quality/llama_perplexity_samples";
  if (!exists(folder)) GTEST_SKIP() << "no samples beside the repository";
  auto file = formats::BaseFileReader::open((folder / "mini_base_c64.kld").string());
  ASSERT_TRUE(file) << to_text(file.error());
  const formats::BaseFileHeader header = file->header();
  EXPECT_EQ(header.context_tokens, 64);
  EXPECT_EQ(header.vocabulary, 512);
  EXPECT_EQ(header.contexts, 6);
  const quality::ContextPlan plan{header.context_tokens, header.contexts};
  const std::vector<float> candidate(static_cast<std::size_t>(header.scored_tokens() * header.vocabulary),
                                     0.0F);
  std::vector<ContextScores> contexts;
  std::vector<std::uint16_t> rows;
  for (int context = 0; context < header.contexts; ++context) {
    ASSERT_TRUE(file->read(context, rows));
    const std::span next = std::span(header.tokens)
                               .subspan(static_cast<std::size_t>(plan.scored_place(context, 0)),
                                        static_cast<std::size_t>(plan.scored_tokens()));
    contexts.push_back(*quality::score_compat({context, next, {}}, header.vocabulary, rows, candidate));
  }
  const std::string text = perplexity_text(quality::perplexity_statistics(contexts));
  const std::string printed = read_file(folder / "mini_q4_0_c64.stdout.txt");
  const std::string line = "Mean PPL(base)                :   5.386158 ±   1.003732\n";
  ASSERT_NE(printed.find(line), printed.npos);
  EXPECT_NE(text.find(line), text.npos) << text;
}

}  // namespace
}  // namespace bitworth::report
