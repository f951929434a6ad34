#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "bitworth/engine/apart.hpp"
#include "bitworth/engine/llama_engine.hpp"
#include "bitworth/engine/random_model.hpp"
#include "bitworth/formats/gguf.hpp"
#include "tests/support/scratch_folder.hpp"

namespace bitworth::engine {
namespace {

namespace fs = std::filesystem;
using testing::Each;
using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;

llm::Architecture tiny() {
  llm::Architecture a;
  a.name = "Tiny";
  a.layers = 2;
  a.hidden = 256;
  a.heads = 4;
  a.kv_heads = 2;
  a.head_dim = 64;
  a.ffn = 512;
  a.vocab = 300;
  a.max_context = 256;
  return a;
}

class EngineTest : public testing::Test {
 protected:
  std::string random_model(const llm::Architecture& architecture = tiny()) {
    const std::string path = folder_ + "/tiny.gguf";
    const Result<void> done = write_random_model(architecture, path);
    if (!done) throw std::runtime_error(to_text(done.error()));
    return path;
  }
  std::string target() const { return folder_ + "/target.gguf"; }
  static std::string refusal(const auto& result) { return result ? "no refusal" : to_text(result.error()); }

  tests::ScratchFolder scratch_;
  std::string folder_ = scratch_.path();
  std::unique_ptr<measure::Engine> engine_ = llama_engine(2);
};

TEST_F(EngineTest, SaysWhatItIs) {
  const cases::EngineFacts facts = engine_->facts();
  EXPECT_EQ(facts.name, "llama.cpp");
  EXPECT_FALSE(facts.version.empty());
  EXPECT_THAT(facts.build, HasSubstr("CPU"));
  EXPECT_EQ(facts.threads, 2);
}

TEST_F(EngineTest, RandomModelsHaveTheShapeThatTheyStandFor) {
  const std::string path = random_model();
  const auto facts = engine_->inspect(path);
  ASSERT_TRUE(facts) << refusal(facts);
  EXPECT_EQ(facts->vocabulary, 300);
  EXPECT_EQ(facts->trained_context, 256);
  EXPECT_NEAR(facts->parameters, llm::count_parameters(tiny()).total(), 2000);  // norms besides
  EXPECT_NEAR(static_cast<double>(facts->weight_bytes), 2 * llm::count_parameters(tiny()).total(), 8000);
  const auto read = formats::architecture_of(*formats::read_gguf_file(path));
  ASSERT_TRUE(read.architecture);
  EXPECT_EQ(read.architecture->kv_heads, 2);
  EXPECT_EQ(read.architecture->head_dim, 64);
}

TEST_F(EngineTest, RandomMixturesOfExpertsLoadToo) {
  llm::Architecture a = tiny();
  a.moe = llm::MixtureOfExperts{.experts = 4, .experts_per_token = 2, .expert_ffn = 256};
  const auto facts = engine_->inspect(random_model(a));
  ASSERT_TRUE(facts) << refusal(facts);
  EXPECT_NEAR(facts->parameters, llm::count_parameters(a).total(), 2000);
}

TEST_F(EngineTest, RandomModelsRefuseShapesThatTheyDoNotHave) {
  llm::Architecture a = tiny();
  a.mla = llm::LatentAttention{};
  EXPECT_THAT(refusal(write_random_model(a, target())), HasSubstr("latent attention"));
}

TEST_F(EngineTest, QuantizesToThePredictedSize) {
  const measure::Recipe recipe = {.source = random_model(), .target = target(), .scheme = "q4_k_m"};
  const auto predicted = engine_->quantized_bytes(recipe);
  ASSERT_TRUE(predicted) << refusal(predicted);
  EXPECT_FALSE(fs::exists(target()));
  ASSERT_TRUE(engine_->quantize(recipe));
  const auto facts = engine_->inspect(target());
  ASSERT_TRUE(facts) << refusal(facts);
  EXPECT_NEAR(static_cast<double>(*predicted), static_cast<double>(facts->weight_bytes), 20000);
  EXPECT_LT(8 * static_cast<double>(facts->weight_bytes) / facts->parameters, 7);
}

TEST_F(EngineTest, RefusesToQuantizeTwiceUnlessTold) {
  measure::Recipe first = {.source = random_model(), .target = target(), .scheme = "q8_0"};
  ASSERT_TRUE(engine_->quantize(first));
  measure::Recipe second = {.source = target(), .target = folder_ + "/second.gguf", .scheme = "q4_0"};
  EXPECT_THAT(refusal(engine_->quantize(second)), HasSubstr("--allow-requantize"));
  second.allow_requantize = true;
  EXPECT_EQ(refusal(engine_->quantize(second)), "no refusal");
}

TEST_F(EngineTest, SchemesThatNeedAnImatrixSaySo) {
  const measure::Recipe recipe = {.source = random_model(), .target = target(), .scheme = "iq2_xxs"};
  EXPECT_THAT(refusal(engine_->quantize(recipe)), HasSubstr("--imatrix"));
}

TEST_F(EngineTest, AnImatrixThatIsNoneIsRefused) {
  const measure::Recipe recipe = {
      .source = random_model(), .target = target(), .scheme = "q4_0", .imatrix = folder_ + "/tiny.gguf"};
  EXPECT_THAT(refusal(engine_->quantize(recipe)), HasSubstr("llama-imatrix"));
}

// A limit on the size of files stands in for a full disk.
TEST_F(EngineTest, AFullDiskIsAnErrorNotACrash) {
  const measure::Recipe recipe = {.source = random_model(), .target = target(), .scheme = "q8_0"};
  rlimit usual = {};
  ::getrlimit(RLIMIT_FSIZE, &usual);
  const rlimit full = {200000, usual.rlim_max};
  const auto old = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &full);
  const Result<void> done = engine_->quantize(recipe);
  ::setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, old);
  EXPECT_THAT(refusal(done), HasSubstr("is the disk full?"));
}

TEST_F(EngineTest, WhatIsNoModelIsRefusedWithTheEnginesWords) {
  std::ofstream(target()) << "not a model";
  EXPECT_THAT(refusal(engine_->inspect(target())), HasSubstr("llama.cpp cannot load it"));
  EXPECT_THAT(refusal(engine_->inspect(folder_ + "/none")), HasSubstr("llama.cpp cannot load it"));
}

TEST_F(EngineTest, TimesEveryTurnWhetherFilesStayLoadedOrNot) {
  const std::string model = random_model();
  ASSERT_TRUE(engine_->quantize({.source = model, .target = target(), .scheme = "q4_0"}));
  measure::TimingJob job = {.files = {model, target()}, .cells = {}, .turns = {}};
  using cases::TimedPhase;
  job.cells = {{.phase = TimedPhase::prefill, .batch = 1, .depth = 0, .tokens = 40, .repeats = 2},
               {.phase = TimedPhase::prefill, .batch = 2, .depth = 16, .tokens = 8, .repeats = 1},
               {.phase = TimedPhase::decode, .batch = 1, .depth = 0, .tokens = 1, .repeats = 3},
               {.phase = TimedPhase::decode, .batch = 5, .depth = 33, .tokens = 1, .repeats = 2}};
  for (std::size_t cell = 0; cell < job.cells.size(); ++cell) {
    job.turns.push_back({0, cell});
    job.turns.push_back({1, cell});
  }
  for (const bool keep_loaded : {true, false}) {
    job.keep_loaded = keep_loaded;
    std::vector<double> seconds;
    const Result<void> done = engine_->time(job, [&](double value) { seconds.push_back(value); });
    ASSERT_TRUE(done) << refusal(done);
    EXPECT_EQ(seconds.size(), job.turns.size());
    EXPECT_THAT(seconds, Each(Gt(0)));
  }
}

TEST(Apart, HandsOnLinesInTheirOrder) {
  std::vector<std::string> lines;
  const Result<void> done = apart(
      [](const SendLine& send) -> Result<void> {
        send("one");
        send("");
        send("two\nlines");
        send(std::string(200000, 'x'));
        return {};
      },
      [&](std::string_view line) { lines.emplace_back(line); });
  ASSERT_TRUE(done);
  EXPECT_THAT(lines, ElementsAre("one", "", "two lines", std::string(200000, 'x')));
}

std::string end_of(const std::function<Result<void>(const SendLine&)>& work) {
  const Result<void> done = apart(work, [](std::string_view) {});
  return done ? "no refusal" : to_text(done.error());
}

TEST(Apart, EveryEndIsTold) {
  EXPECT_EQ(end_of([](const SendLine&) -> Result<void> {
              return std::unexpected(Error{ErrorKind::io, {"file", 0, 0}, "is\nbad", "mend it"});
            }),
            "file: is bad; mend it");
  EXPECT_THAT(end_of([](const SendLine&) -> Result<void> { throw std::out_of_range("map::at"); }),
              HasSubstr("map::at"));
  EXPECT_THAT(end_of([](const SendLine&) -> Result<void> { throw std::bad_alloc(); }),
              HasSubstr("too little memory"));
  EXPECT_THAT(end_of([](const SendLine&) -> Result<void> {
                ::raise(SIGKILL);
                return {};
              }),
              HasSubstr("was killed"));
  EXPECT_THAT(end_of([](const SendLine&) -> Result<void> {
                std::signal(SIGSEGV, SIG_DFL);
                ::raise(SIGSEGV);
                return {};
              }),
              HasSubstr("crashed"));
  EXPECT_THAT(end_of([](const SendLine&) -> Result<void> { ::_exit(0); }), HasSubstr("ended early"));
}

TEST(Apart, LeavesNoMemoryBehind) {
  int value = 1;
  ASSERT_TRUE(apart(
      [&](const SendLine&) -> Result<void> {
        value = 2;
        return {};
      },
      [](std::string_view) {}));
  EXPECT_EQ(value, 1);
}

}  // namespace
}  // namespace bitworth::engine
