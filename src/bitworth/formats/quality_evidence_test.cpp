#include "bitworth/formats/quality_evidence.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/answer_files.hpp"
#include "bitworth/formats/llama_perplexity.hpp"
#include "bitworth/formats/paired_outcomes.hpp"
#include "tests/support/source_dir.hpp"

namespace bitworth::formats {
namespace {

std::string fixture(const std::string& name) {
  return (source_dir() / "tests/golden/quality" / name).string();
}

std::string problems_of(const std::expected<cases::QualityEvidence, Problems>& evidence) {
  if (evidence) return "none";
  std::string text;
  for (const Error& problem : evidence.error()) text += to_text(problem) + "\n";
  return text;
}

AnswerSheet sheet(const std::string& text, const std::string& name, const ScoreChoice& choice = {}) {
  auto read = parse_answers(text, name, choice);
  EXPECT_TRUE(read) << to_text(read.error());
  return read ? std::get<AnswerSheet>(*read) : AnswerSheet();
}

std::string refusal(const std::string& text, const ScoreChoice& choice = {}) {
  const auto read = parse_answers(text, "a.jsonl", choice);
  return read ? "none" : to_text(read.error());
}

void expect_counts(const cases::OutcomeSlice& slice, std::int64_t items, std::int64_t lost,
                   std::int64_t won) {
  EXPECT_EQ(slice.counts.items, items) << slice.name;
  EXPECT_EQ(slice.counts.baseline_only, lost) << slice.name;
  EXPECT_EQ(slice.counts.candidate_only, won) << slice.name;
}

TEST(QualityEvidence, PairsWithSlices) {
  QualityFiles files;
  files.pairs = fixture("pairs.jsonl");
  const auto evidence = read_quality_evidence(files);
  ASSERT_TRUE(evidence) << problems_of(evidence);
  expect_counts(*evidence->whole, 1500, 24, 17);
  ASSERT_EQ(evidence->slices.size(), 2U);
  expect_counts(evidence->slices[0], 1200, 6, 5);
  expect_counts(evidence->slices[1], 300, 18, 12);
  EXPECT_TRUE(evidence->whole->clusters.empty()) << "every item stands for itself";
  EXPECT_EQ(evidence->source, "pairs.jsonl");
}

TEST(QualityEvidence, ClustersAndRepeats) {
  QualityFiles files;
  files.pairs = fixture("clusters.jsonl");
  EXPECT_EQ(read_quality_evidence(files)->whole->clusters.size(), 60U);
  const auto repeats = parse_answer_pairs(
      "{\"item\":\"a\",\"repeat\":1,\"baseline\":1,\"candidate\":1}\n"
      "{\"item\":\"a\",\"repeat\":2,\"baseline\":1,\"candidate\":0}\n"
      "{\"item\":\"b\",\"repeat\":1,\"baseline\":0,\"candidate\":1}\n",
      "x");
  const auto joined = pair_answers(repeats->baseline, repeats->candidate);
  expect_counts(*joined->whole, 3, 1, 1);
  ASSERT_EQ(joined->whole->clusters.size(), 2U) << "repeats of one item go together";
  EXPECT_EQ(joined->whole->clusters[0].items, 2);
}

TEST(QualityEvidence, HarnessSamplesOfAFolderWithNaN) {
  QualityFiles files;
  files.baseline = fixture("runs/bf16");
  files.candidate = fixture("runs/w4a16");
  files.choice.filter = "strict-match";
  const auto evidence = read_quality_evidence(files);
  ASSERT_TRUE(evidence) << problems_of(evidence);
  expect_counts(*evidence->whole, 60, 3, 0);
  EXPECT_FALSE(evidence->whole->unpaired);
}

TEST(QualityEvidence, HarnessResultsAreUnpaired) {
  QualityFiles files;
  files.baseline = fixture("runs/bf16/results_2026-03-01T10-00-00.000000.json");
  files.candidate = fixture("runs/w4a16/results_2026-03-01T10-00-00.000000.json");
  files.choice.filter = "strict-match";
  const auto evidence = read_quality_evidence(files);
  ASSERT_TRUE(evidence) << problems_of(evidence);
  ASSERT_TRUE(evidence->whole->unpaired);
  EXPECT_NEAR(evidence->whole->unpaired->loss, 3.0 / 60, 1e-12);
  // Of 51 and 48 right in 60 the errors are sqrt(p (1 - p) / 59).
  const auto error = [](double p) { return std::sqrt(p * (1 - p) / 59); };
  EXPECT_NEAR(evidence->whole->unpaired->standard_error, std::hypot(error(51.0 / 60), error(48.0 / 60)),
              1e-9);
  files.candidate = fixture("runs/w4a16");
  EXPECT_NE(
      problems_of(read_quality_evidence(files)).find("holds mean scores, the other file single answers"),
      std::string::npos);
}

TEST(QualityEvidence, GroupsAreNotCountedTwice) {
  const auto read = parse_answers(
      R"({"results": {"mmlu": {"acc,none": 0.9}, "mmlu_law": {"acc,none": 0.5, "acc_stderr,none": 0.1}},
          "groups": {"mmlu": {"acc,none": 0.9}}})",
      "r.json", {});
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(std::get<ScoreSheet>(*read).tasks.size(), 1U);
}

TEST(QualityEvidence, AllRightIsNotCertain) {
  const auto read = parse_answers(
      R"({"results": {"t": {"acc,none": 1.0, "acc_stderr,none": 0.0, "sample_len": 98}}})", "r.json", {});
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_NEAR(std::get<ScoreSheet>(*read).tasks.at("t").standard_error, std::sqrt(0.99 * 0.01 / 100), 1e-12);
}

const std::string first = R"({"doc_id":0,"doc_hash":"a","target_hash":"t","prompt_hash":"p","acc":1})"
                          "\n";
const std::string second = R"({"doc_id":1,"doc_hash":"b","target_hash":"t","prompt_hash":"p","acc":0})"
                           "\n";

TEST(QualityEvidence, OtherItemsQuestionsAndPrompts) {
  const AnswerSheet both = sheet(first + second, "base.jsonl"), one = sheet(first, "cand.jsonl");
  EXPECT_EQ(problems_of(pair_answers(both, one)),
            "cand.jsonl: all items: 1 of the 2 items that base.jsonl answered are not in it, the first is 1; "
            "run both models on the same items (the same --limit)\n");
  std::string text = first + second;
  text.replace(text.find("\"b\""), 3, "\"c\"");
  EXPECT_EQ(
      problems_of(pair_answers(both, sheet(text, "cand.jsonl"))),
      "cand.jsonl: all items: 1 of 2 items are other questions than in base.jsonl (their hashes differ), "
      "the first is 1; run both models on the same version of the task\n");
  text = first + second;
  text.replace(text.find("\"p\""), 3, "\"q\"");
  const auto warned = pair_answers(both, sheet(text, "cand.jsonl"));
  ASSERT_TRUE(warned);
  ASSERT_EQ(warned->warnings.size(), 1U);
  EXPECT_TRUE(warned->warnings[0].starts_with("all items: 1 of 2 prompts differ")) << warned->warnings[0];
}

// Old runs have no hashes: then the documents themselves are compared.
TEST(QualityEvidence, DocumentsWhereThereAreNoHashes) {
  const AnswerSheet base = sheet("{\"doc_id\":0,\"doc\":{\"q\":\"2+2\"},\"acc\":1}\n", "base.jsonl");
  EXPECT_TRUE(pair_answers(base, sheet("{\"doc_id\":0,\"doc\":{\"q\":\"2+2\"},\"acc\":0}\n", "c")));
  EXPECT_FALSE(pair_answers(base, sheet("{\"doc_id\":0,\"doc\":{\"q\":\"2+3\"},\"acc\":0}\n", "c")));
  EXPECT_TRUE(
      pair_answers(base, sheet("{\"doc_id\":0,\"doc_hash\":\"x\",\"doc\":{\"q\":\"2+2\"},\"acc\":0}\n", "c")))
      << "a hash on one side only";
}

TEST(QualityEvidence, NotANumberInAText) {
  const AnswerSheet base = sheet("{\"doc_id\":0,\"doc\":\"NaN\",\"acc\":1,\"x\":-Infinity}\n", "base.jsonl");
  EXPECT_FALSE(pair_answers(base, sheet("{\"doc_id\":0,\"doc\":\"null\",\"acc\":1}\n", "c")))
      << "only bare words are replaced";
}

TEST(QualityEvidence, OtherTasks) {
  const AnswerSheet two =
      sheet("{\"item\":1,\"score\":1,\"task\":\"a\"}\n{\"item\":1,\"score\":1,\"task\":\"b\"}\n", "x");
  const AnswerSheet one = sheet("{\"item\":1,\"score\":1,\"task\":\"a\"}\n", "y");
  EXPECT_EQ(problems_of(pair_answers(two, one)),
            "y: has no answers of b, which x has; run both models on the same tasks\n");
}

TEST(QualityEvidence, MalformedAnswers) {
  EXPECT_TRUE(refusal("").starts_with("a.jsonl: is empty"));
  EXPECT_TRUE(refusal("hello\n").starts_with("a.jsonl: holds no answers in a format that bitworth knows"));
  EXPECT_TRUE(refusal("{\"x\": 1}\n").starts_with("a.jsonl:1:1: its keys are of no format"));
  EXPECT_TRUE(refusal("[]\n").starts_with("a.jsonl: holds no answers"));
  EXPECT_TRUE(refusal("[1]5.7341,[2]4.8382,\n").starts_with("a.jsonl: is what llama-perplexity prints"));
  EXPECT_EQ(
      refusal(first + first),
      "a.jsonl:2:1: item 0 is answered twice; two runs in one file? keep one of them; a repeat on purpose "
      "has its number under \"repeat\"");
  EXPECT_EQ(refusal(first + "{\"doc_id\":1,\"acc\":NaN}\n"),
            "a.jsonl:2:1: acc is not a number; write 0 for wrong, 1 for right");
  EXPECT_EQ(
      refusal(first + "{\"doc_id\":1,\"acc\":0.5}\n"),
      "a.jsonl:2:1: acc is 0.5, neither 0 nor 1; the test is of answers that are right or wrong: choose "
      "such a metric");
  EXPECT_EQ(refusal(first, {"f1", ""}),
            "a.jsonl:1:1: has no score \"f1\"; choose the metric: it has \"acc\"");
  EXPECT_EQ(
      refusal("{\"doc_id\":0,\"bleu\":0,\"chrf\":1}\n"),
      "a.jsonl:1:1: which score is meant is not clear; choose the metric: it has \"bleu\" and \"chrf\"");
  EXPECT_EQ(
      refusal("{\"doc_id\":0,\"filter\":\"a\",\"acc\":1}\n{\"doc_id\":0,\"filter\":\"b\",\"acc\":1}\n"),
      "a.jsonl:2:1: answers were cut out by the filters \"a\" and \"b\"; choose one of them beforehand: "
      "the filter");
  EXPECT_EQ(refusal(first, {"", "strict"}), "a.jsonl: holds no answer of the filter \"strict\"");
  EXPECT_EQ(refusal("{\"item\":\"\",\"score\":1}\n"),
            "a.jsonl:1:1: item is absent or empty; name the question that was asked");
  EXPECT_EQ(refusal("{\"item\":[1],\"score\":1}\n"),
            "a.jsonl:1:1: item is neither a text nor a whole number");
  EXPECT_TRUE(refusal(first + "{\"doc_id\":1,\"acc\":1\n").starts_with("a.jsonl:2:")) << "the line is told";
  EXPECT_TRUE(refusal("{\"doc_id\":1,\"doc\":\"\xff\",\"acc\":1}\n").starts_with("a.jsonl:1:1: not JSON"));
  EXPECT_TRUE(refusal(first + std::string(5000, '[') + "\n").starts_with("a.jsonl:2:"));
  EXPECT_TRUE(
      refusal("{\"item\":1,\"baseline\":1,\"candidate\":0}\n").starts_with("a.jsonl:1:1: holds both"));
  EXPECT_TRUE(
      refusal("{\n\"results\": {\"t\": {\"acc,none\": 7}}}").starts_with("a.jsonl: task t: acc is 7"));
  EXPECT_TRUE(refusal("{\n\"config\": {}}").starts_with("a.jsonl: is JSON without \"results\""));
}

TEST(QualityEvidence, AbsentFilesAreAllReported) {
  QualityFiles files;
  files.baseline = "no/base";
  files.candidate = "no/cand";
  files.kld = "no/kld.txt";
  EXPECT_EQ(problems_of(read_quality_evidence(files)),
            "no/base: no such file\nno/cand: no such file\nno/kld.txt: no such file\n");
}

TEST(LlamaPerplexity, StatisticsBeforeTheTable) {
  const auto read = read_llama_perplexity(fixture("kld.txt"));
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_DOUBLE_EQ(read->mean_kld, 0.41);
  EXPECT_DOUBLE_EQ(read->standard_error.value(), 0.002);
  EXPECT_DOUBLE_EQ(read->p99_kld.value(), 2.9);
  EXPECT_DOUBLE_EQ(read->same_top_token.value(), 0.706);
  EXPECT_DOUBLE_EQ(read->log_perplexity_ratio.value(), 0.16);
}

// Too few tokens for statistics; and the plus-minus sign as terminals damage it.
TEST(LlamaPerplexity, LastRowOfTheTable) {
  for (const std::string sign : {"±", "+/-", "?", "_", "\xb1"}) {
    const std::string row =
        format("   2  5.2 {0} 0.6  0.07 {0} 0.03  0.10074 {0} 0.01417  9.7 {0} 0.9 %\n", sign);
    const auto read =
        parse_llama_perplexity("0.1 minutes\n\nchunk  PPL  KL Divergence\n" + row + "\nend\n", "x");
    ASSERT_TRUE(read) << sign;
    EXPECT_DOUBLE_EQ(read->mean_kld, 0.10074) << sign;
    EXPECT_DOUBLE_EQ(read->standard_error.value(), 0.01417) << sign;
  }
}

TEST(LlamaPerplexity, Malformed) {
  const auto message = [](const std::string& text) {
    const auto read = parse_llama_perplexity(text, "x");
    return read ? "none" : to_text(read.error());
  };
  EXPECT_TRUE(
      message("").starts_with("x: holds no KL divergence; run llama-perplexity with --kl-divergence"));
  EXPECT_TRUE(
      message("Final estimate: PPL = 4.06 +/- 0.07\n").starts_with("x: holds a perplexity, but no KL"));
  EXPECT_EQ(message("\nMean KLD: nan\n"), "x:2:1: its mean KLD is not a number of nats");
  EXPECT_EQ(message("Mean KLD: 1e300\n"), "x:1:1: its mean KLD is not a number of nats");
  EXPECT_EQ(message("Mean KLD: -0.000001\n"), "none") << "rounding below zero";
}

// The tool's own output, where the reference data lie beside the repository.
TEST(LlamaPerplexity, RealOutput) {
  const std::filesystem::path folder = source_dir() / "../shared/data/quality/llama_perplexity_samples";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the reference data are not beside the repository";
  const auto ood = read_llama_perplexity((folder / "ood_q8_0_c512.stdout.txt").string());
  ASSERT_TRUE(ood) << to_text(ood.error());
  EXPECT_DOUBLE_EQ(ood->mean_kld, 0.002460);
  EXPECT_DOUBLE_EQ(ood->standard_error.value(), 0.000054);
  EXPECT_DOUBLE_EQ(ood->p99_kld.value(), 0.014727);
  EXPECT_NEAR(ood->same_top_token.value(), 0.96221, 1e-12);
  EXPECT_DOUBLE_EQ(ood->log_perplexity_ratio.value(), 0.406974);
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string path = entry.path().string();
    if (path.find("q") != path.npos && path.ends_with(".stdout.txt") && path.find("base") == path.npos)
      read += read_llama_perplexity(path).has_value();
  }
  EXPECT_EQ(read, 4);
}

}  // namespace
}  // namespace bitworth::formats
