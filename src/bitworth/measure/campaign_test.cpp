#include "bitworth/measure/campaign.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/measure/file_cache.hpp"
#include "bitworth/measure/machine_probe.hpp"
#include "bitworth/report/evidence_json.hpp"
#include "bitworth/report/evidence_text.hpp"
#include "tests/support/model_bytes.hpp"
#include "tests/support/scratch_folder.hpp"

namespace bitworth::measure {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const char* const small_model = R"(
  value general.architecture str llama
  value general.name str Small
  value llama.block_count u32 2
  value llama.context_length u32 256
  value llama.embedding_length u32 256
  value llama.feed_forward_length u32 512
  value llama.attention.head_count u32 4
  tensor token_embd.weight F16 512 256
  tensor blk.0.attn_q.weight F16 256 256
  tensor blk.1.attn_q.weight F16 256 256
)";

// Makes files of the right size, and takes 4-bit files to be twice as fast, on a machine that wanders.
class PretendEngine : public Engine {
 public:
  cases::EngineFacts facts() const override {
    return {.name = "pretend", .version = "1", .build = "", .threads = 2};
  }
  Result<void> probe(const std::function<void(const cases::ProbedRate&)>& tell) override {
    for (int threads = 1; threads <= 2; ++threads) {
      rest();
      tell({.of = "read", .threads = threads, .median = 1e10 / 3 * threads, .p10 = 3e9, .p90 = 4e9});
      tell({.of = "ggml q4_0", .threads = threads, .median = 1e11, .p10 = 9e10, .p90 = 1e11});
    }
    return {};
  }
  std::vector<std::string> schemes() const override { return {"fp16", "q8_0", "q4_0"}; }

  Result<ModelFacts> inspect(const std::string& path) override {
    return ModelFacts{
        .parameters = 1e6, .weight_bytes = fs::file_size(path), .vocabulary = 512, .trained_context = 256};
  }
  Result<std::uint64_t> quantized_bytes(const Recipe&) override { return predicted_bytes; }

  Result<void> quantize(const Recipe& recipe) override {
    quantized.push_back(recipe.scheme);
    std::ofstream out(recipe.target);
    for (int i = 0; i < 20; ++i) {
      out << std::string(100, 'x') << std::flush;
      rest();
    }
    if (quantizing_fails) return std::unexpected(Error{ErrorKind::io, {}, "the engine gave up", ""});
    return {};
  }

  Result<void> write_base(const ComparisonJob& job, const std::function<void(int)>& tell) override {
    std::ofstream(job.base_file) << "base";
    tell(0);
    return {};
  }

  // A token for each byte; logits that depend on context and candidate alone.
  Result<TokenizedText> tokenize(const std::string&, const std::string& text,
                                 const std::string& name) override {
    if (text.empty()) return std::unexpected(Error{ErrorKind::io, {name, 0, 0}, "is empty", ""});
    TokenizedText result;
    for (const char c : text) result.tokens.push_back(static_cast<unsigned char>(c) % 8);
    for (const std::size_t start : quality::find_documents(text))
      result.document_starts.push_back(static_cast<std::int64_t>(start));
    return result;
  }

  Result<void> compare(const ComparisonJob& job,
                       const std::function<void(const quality::ContextScores&)>& tell) override {
    const double difference = job.candidate == job.baseline                     ? 0
                              : job.candidate.find("q4_0") != std::string::npos ? 0.4
                                                                                : 0.1;
    for (int context = job.first_context; context < job.plan.contexts; ++context) {
      rest();
      Rng rng(static_cast<std::uint64_t>(context));
      std::vector<float> baseline, candidate;
      for (int i = 0; i < 8 * job.plan.scored_tokens(); ++i) {
        baseline.push_back(static_cast<float>(rng.normal()));
        candidate.push_back(baseline.back() + static_cast<float>(difference * rng.normal()));
      }
      const std::vector<int> documents = quality::documents_of(job.plan, context, job.text.document_starts);
      const auto first = static_cast<std::size_t>(job.plan.scored_place(context, 0));
      const auto tokens =
          std::span(job.text.tokens).subspan(first, static_cast<std::size_t>(job.plan.scored_tokens()));
      tell(*quality::score_exact({.context = context, .tokens = tokens, .documents = documents}, 8, baseline,
                                 candidate));
    }
    ++comparisons;
    return {};
  }

  Result<void> make_random(const llm::Architecture&, const std::string& path) override {
    std::ofstream(path) << "random";
    return {};
  }

  Result<void> time(const TimingJob& job, const std::function<void(double)>& tell) override {
    Rng noise(job.turns.size() > 9 ? job.turns[0].cell * 10 + job.turns[1].cell : 0);
    const double machine = 1 + noise.uniform();
    for (const Turn& turn : job.turns) {
      rest();
      const double of_file = job.files[turn.file].find("q4_0") != std::string::npos ? 0.5 : 1;
      tell(machine * of_file * job.cells[turn.cell].repeats * 0.01 * (1 + 0.01 * noise.uniform()));
    }
    ++jobs;
    return {};
  }

  std::uint64_t predicted_bytes = 2000;
  bool quantizing_fails = false;
  std::chrono::microseconds rests{0};
  std::vector<std::string> quantized;
  int jobs = 0;
  int comparisons = 0;

 private:
  void rest() const {
    if (rests.count() > 0) std::this_thread::sleep_for(rests);
  }
};

class CampaignTest : public testing::Test {
 protected:
  void SetUp() override {
    write(folder_ + "/model.gguf", tests::GgufText(small_model).bytes());
    settings_.model = folder_ + "/model.gguf";
    settings_.schemes = {"q8_0", "q4_0"};
    settings_.cache = folder_ + "/cache";
    settings_.journal = folder_ + "/journal";
    settings_.text = folder_ + "/text";
    settings_.context_tokens = 16;
    std::ofstream text(settings_.text);
    for (int i = 0; i < 12; ++i) text << "A document of some forty letters or so.\n\n";
    around_.available_memory = Bytes(1e9);
    around_.machine.cores = 2;
    around_.seconds = [this] { return clock_ += 0.001; };
    around_.now = [] { return "2026-01-01T00:00:00Z"; };
    around_.stopped = [] { return false; };
    around_.tell = [](const Progress&) {};
    around_.announce = [this](const std::string& line) { announced_.push_back(line); };
  }

  static void write(const std::string& path, const tests::ByteString& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  Result<cases::Evidence> run() {
    Result<Campaign> campaign = run_campaign(engine_, settings_, around_);
    if (!campaign) return std::unexpected(campaign.error());
    return std::move(campaign->evidence);
  }
  std::string refusal() {
    const auto evidence = run();
    return evidence ? "no refusal" : to_text(evidence.error());
  }
  std::vector<std::string> cached() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_ + "/cache"))
      names.push_back(entry.path().filename());
    return names;
  }

  tests::ScratchFolder scratch_;
  std::string folder_ = scratch_.path();
  PretendEngine engine_;
  Settings settings_;
  Surroundings around_;
  double clock_ = 0;
  std::vector<std::string> announced_;
};

TEST_F(CampaignTest, RefusesDepthsThatFillTheContext) {
  settings_.depths = {0, 256};
  EXPECT_THAT(refusal(), HasSubstr("its context has 256 tokens, which --depths 256 fills"));
  settings_.depths = {0, 255};
  EXPECT_EQ(refusal(), "no refusal");
}

TEST_F(CampaignTest, SaysBeforehandThatABudgetIsTooShort) {
  settings_.budget = Seconds(1e-6);
  EXPECT_EQ(refusal(), "no refusal");
  EXPECT_THAT(announced_, Contains(HasSubstr("with 95 % intervals, 6, would take a --budget of")));
}

TEST_F(CampaignTest, ProbesTheMachineAlone) {
  around_.load_average = 1.5;
  const auto evidence = probe_machine(engine_, around_);
  ASSERT_TRUE(evidence) << to_text(evidence.error());
  EXPECT_EQ(evidence->rates.size(), 4U);
  EXPECT_TRUE(evidence->files.empty());
  EXPECT_THAT(evidence->warnings, ElementsAre(HasSubstr("a load of 1.5 on 2 cores")));
  around_.stopped = [] { return true; };
  EXPECT_THAT(to_text(probe_machine(engine_, around_).error()), HasSubstr("stopped"));
}

TEST_F(CampaignTest, MarksIntervalsOfTooFewBlocks) {
  settings_.blocks = 1;
  auto evidence = run();
  ASSERT_TRUE(evidence) << to_text(evidence.error());
  EXPECT_THAT(report::to_text(*evidence), HasSubstr("* of a single block, which has no interval"));
  EXPECT_THAT(report::to_text(*evidence), HasSubstr("batch timed, as far as one block tells"));
  fs::remove(settings_.journal);
  settings_.blocks = 3;
  evidence = run();
  ASSERT_TRUE(evidence) << to_text(evidence.error());
  EXPECT_THAT(report::to_text(*evidence),
              HasSubstr("* of 3 blocks only: the interval holds the true ratio with 75 %, not 95 %"));
  fs::remove(settings_.journal);
  settings_.blocks = 6;
  evidence = run();
  ASSERT_TRUE(evidence) << to_text(evidence.error());
  EXPECT_THAT(report::to_text(*evidence), testing::Not(HasSubstr("blocks only")));
  EXPECT_THAT(report::to_text(*evidence), testing::Not(HasSubstr(" *")));
}

TEST_F(CampaignTest, FindsHowFastEachFormatIs) {
  const auto evidence = run();
  ASSERT_TRUE(evidence) << to_text(evidence.error());
  ASSERT_EQ(evidence->files.size(), 3U);
  EXPECT_EQ(evidence->files[0].scheme, "fp16");
  EXPECT_EQ(evidence->files[0].sha256, evidence->model.sha256);
  EXPECT_THAT(engine_.quantized, ElementsAre("q8_0", "q4_0"));
  const auto json = report::to_json(*evidence);
  for (const auto& result : json["results"]) {
    if (result["scheme"] != "q4_0") continue;
    EXPECT_NEAR(result["speedup"]["ratio"], 2, 0.02);
    EXPECT_GE(result["speedup"]["confidence"], 0.95);
  }
  EXPECT_THAT(announced_, ElementsAre(HasSubstr("takes about"), HasSubstr("of 12 documents")));
}

TEST_F(CampaignTest, FindsHowFarEachFormatIsFromTheBaseline) {
  const auto evidence = run();
  ASSERT_TRUE(evidence) << to_text(evidence.error());
  ASSERT_EQ(evidence->quality.size(), 2U);
  EXPECT_EQ(evidence->text->documents, 12);
  EXPECT_EQ(evidence->noise_floor->kld.value, 0);
  const cases::MeasuredQuality &q8 = evidence->quality[0], &q4 = evidence->quality[1];
  EXPECT_GT(q8.kld.low, 0);
  EXPECT_LT(q8.kld.high, q4.kld.low);
  EXPECT_EQ(q8.cluster_unit, "document");
  EXPECT_EQ(q4.against_floor, "above");
  ASSERT_EQ(evidence->quality_ratios.size(), 1U);
  EXPECT_EQ(evidence->quality_ratios[0].file, 2U);
  EXPECT_GT(evidence->quality_ratios[0].ratio.low, 4);  // (0.4 / 0.1)^2, about
}

TEST_F(CampaignTest, DoesOnlyWhatIsWanted) {
  settings_.scope = Scope::speed;
  const auto speed = run();
  ASSERT_TRUE(speed);
  EXPECT_EQ(engine_.comparisons, 0);
  EXPECT_FALSE(speed->text);
  EXPECT_FALSE(speed->samples.empty());
  settings_.scope = Scope::quality;
  settings_.journal += "2";
  engine_.jobs = 0;
  const auto quality = run();
  ASSERT_TRUE(quality);
  EXPECT_EQ(engine_.jobs, 0);
  EXPECT_TRUE(quality->samples.empty());
  EXPECT_FALSE(quality->quality.empty());
}

TEST_F(CampaignTest, StopsWhenPreciseOutOfBudgetOrAtItsCount) {
  ASSERT_TRUE(run());
  EXPECT_EQ(engine_.jobs, 1 + 6);  // the trial, and the fewest blocks that give an interval
  settings_.journal += "2";
  settings_.precision = 0;
  settings_.budget = Seconds(0.01);
  ASSERT_TRUE(run());
  EXPECT_LT(engine_.jobs, 7 + 1 + 60);
  settings_.journal += "3";
  settings_.blocks = 2;
  engine_.jobs = 0;
  ASSERT_TRUE(run());
  EXPECT_EQ(engine_.jobs, 1 + 2);
}

TEST_F(CampaignTest, MakesNoFileTwice) {
  ASSERT_TRUE(run());
  fs::remove(settings_.journal);
  ASSERT_TRUE(run());
  EXPECT_EQ(engine_.quantized.size(), 2U);
  EXPECT_EQ(cached().size(), 2U);
}

TEST_F(CampaignTest, GoesOnOnlyWithItsOwnJournal) {
  ASSERT_TRUE(run());
  settings_.batches = {1, 4};
  EXPECT_THAT(refusal(), HasSubstr("another model or with other settings"));
}

TEST_F(CampaignTest, RefusesBeforeTheLongWork) {
  engine_.predicted_bytes = 1'000'000'000'000'000;
  EXPECT_THAT(refusal(), HasSubstr("the quantized files take"));
  engine_.predicted_bytes = 2000;
  around_.available_memory = Bytes(1e6);
  EXPECT_THAT(refusal(), HasSubstr("of memory, and 1 MB are free"));
  around_.available_memory = Bytes(1e9);
  std::ofstream(settings_.text) << "short";
  EXPECT_THAT(refusal(), HasSubstr("text"));
  settings_.text = folder_ + "/none";
  EXPECT_THAT(refusal(), HasSubstr("none: no such file"));
  settings_.schemes = {"fp16"};
  EXPECT_THAT(refusal(), HasSubstr("nothing to compare"));
  EXPECT_THAT(engine_.quantized, IsEmpty());
}

TEST_F(CampaignTest, RefusesWhatIsQuantizedCutShortOrNoModel) {
  std::string text = small_model;
  for (auto at = text.find("F16"); at != text.npos; at = text.find("F16")) text.replace(at, 3, "Q4_0");
  write(settings_.model, tests::GgufText(text).bytes());
  EXPECT_THAT(refusal(), HasSubstr("quantized already (Q4_0)"));
  tests::ByteString bytes = tests::GgufText(small_model).bytes();
  bytes.resize(bytes.size() - 1000);
  write(settings_.model, bytes);
  EXPECT_THAT(refusal(), HasSubstr("model.gguf"));
  write(settings_.model, {});
  EXPECT_THAT(refusal(), HasSubstr("model.gguf"));
}

TEST_F(CampaignTest, LeavesNothingHalfWritten) {
  engine_.quantizing_fails = true;
  EXPECT_THAT(refusal(), HasSubstr("the engine gave up"));
  EXPECT_THAT(cached(), IsEmpty());
}

TEST_F(CampaignTest, RemovesWhatAKilledRunLeft) {
  fs::create_directories(settings_.cache);
  std::ofstream(settings_.cache + "/0123-q4_0.gguf.partial-999999999") << "half";
  ASSERT_TRUE(run());
  EXPECT_EQ(cached().size(), 2U);
}

TEST_F(CampaignTest, MakesRandomModelsOnceAndOnlyWhereTheyFit) {
  const auto cache = FileCache::open(settings_.cache, engine_.facts());
  llm::Architecture a;
  a.id = "small";
  a.layers = a.hidden = a.heads = a.kv_heads = a.head_dim = a.ffn = a.vocab = 8;
  const auto path = cache->random_model(engine_, a);
  ASSERT_TRUE(path);
  EXPECT_THAT(cached(), ElementsAre("random-small.gguf"));
  a.id = "large";
  a.hidden = a.ffn = a.vocab = 10'000'000;
  const auto refused = cache->random_model(engine_, a);
  ASSERT_FALSE(refused);
  EXPECT_THAT(to_text(refused.error()), HasSubstr("and the disk has"));
}

TEST_F(CampaignTest, SaysThatTheUserStoppedItAndGoesOn) {
  settings_.blocks = 4;
  around_.stopped = [this] { return engine_.jobs >= 3; };
  EXPECT_THAT(refusal(), HasSubstr("run the same command again to go on"));
  around_.stopped = [] { return false; };
  engine_.jobs = 0;
  ASSERT_TRUE(run());
  EXPECT_LE(engine_.jobs, 3);
  EXPECT_THAT(announced_, Contains(HasSubstr("going on with the run")));
}

// Runs in a process that is killed at a random moment, again and again until one lives to its end.
TEST_F(CampaignTest, KilledAtAnyMomentItEndsWithTheSameEvidence) {
  settings_.blocks = 5;
  const auto whole = run();
  ASSERT_TRUE(whole);
  const std::string expected = report::to_json(*whole).dump();
  fs::remove_all(settings_.cache);
  fs::remove(settings_.journal);
  engine_.rests = std::chrono::microseconds(200);
  Rng rng(std::random_device{}());
  const std::string result = folder_ + "/evidence";
  int killed = 0;
  for (; killed < 200 && !fs::exists(result); ++killed) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto evidence = run();
      std::ofstream(result) << (evidence ? report::to_json(*evidence).dump() : to_text(evidence.error()));
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(static_cast<int>(1000 + 15000 * rng.uniform())));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  // The last may have died while it wrote its result; then the journal has all there is.
  fs::remove(result);
  const auto resumed = run();
  ASSERT_TRUE(resumed) << to_text(resumed.error());
  EXPECT_TRUE(report::to_json(*resumed).dump() == expected) << "after " << killed << " kills";
  EXPECT_GT(killed, 2);
  EXPECT_EQ(cached().size(), 2U);
}

}  // namespace
}  // namespace bitworth::measure
