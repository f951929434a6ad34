#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/fuzz/targets.hpp"
#include "tests/support/divergence_corpus.hpp"
#include "tests/support/quality_corpus.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/text_corpus.hpp"

namespace bitworth::tests {
namespace {

// The corpus runs in every build, with or without a fuzzer; each seed must be one that its reader accepts.
TEST(FuzzCorpus, Safetensors) {
  for (const ByteString& seed : safetensors_seeds()) fuzz_safetensors(seed);
  EXPECT_TRUE(formats::read_safetensors(safetensors_seeds()[1], safetensors_seeds()[1].size(), "seed"));
}

TEST(FuzzCorpus, Gguf) {
  for (const ByteString& seed : gguf_seeds()) {
    fuzz_gguf(seed);
    const auto file = formats::read_gguf(seed, seed.size(), "seed");
    EXPECT_TRUE(file) << to_text(file.error());
  }
}

TEST(FuzzCorpus, ConfigJson) {
  for (const ByteString& seed : config_json_seeds()) {
    fuzz_config_json(seed);
    const std::string_view text(reinterpret_cast<const char*>(seed.data()), seed.size());
    const auto config = formats::read_config_json(text, "seed");
    EXPECT_TRUE(config) << to_text(config.error());
  }
}

TEST(FuzzCorpus, PerplexityBaseFile) {
  for (const ByteString& seed : base_file_seeds()) fuzz_perplexity_base_file(seed);
  const ByteString whole = base_file_seeds()[0];
  const auto header = formats::read_base_file_header(whole, whole.size(), "seed");
  EXPECT_TRUE(header) << to_text(header.error());
}

TEST(FuzzCorpus, DivergenceCheckpoint) {
  for (const ByteString& seed : checkpoint_seeds()) {
    fuzz_divergence_checkpoint(seed);
    const std::string_view text(reinterpret_cast<const char*>(seed.data()), seed.size());
    const auto contexts = formats::read_divergence_checkpoint(text, "seed");
    ASSERT_TRUE(contexts) << to_text(contexts.error());
    EXPECT_EQ(contexts->size(), 1U);
  }
}

// Every single wrong byte, and every end that comes too early.
TEST(FuzzCorpus, DivergenceFilesWithOneThingWrong) {
  const auto mutate = [](const std::vector<ByteString>& seeds, auto target) {
    for (const ByteString& seed : seeds) {
      for (std::size_t at = 0; at < seed.size(); ++at) {
        target(std::span(seed).first(at));
        for (const int wrong : {0, 1, 0x2c, 0x39, 0x7f, 0xff}) {
          ByteString bytes = seed;
          bytes[at] = static_cast<std::byte>(wrong);
          target(bytes);
        }
      }
    }
  };
  mutate(base_file_seeds(), fuzz_perplexity_base_file);
  mutate(checkpoint_seeds(), fuzz_divergence_checkpoint);
}

// Each format once, and every beginning of it.
TEST(FuzzCorpus, Quality) {
  for (const std::string& seed : quality_seeds()) {
    const auto bytes = std::as_bytes(std::span(seed));
    for (std::size_t size = 0; size <= bytes.size(); ++size) fuzz_quality(bytes.first(size));
    for (std::size_t at = 0; at < seed.size(); ++at) {
      for (const char other : {'\0', '9', '-', '"', '}', '\xff'}) {
        std::string spoilt = seed;
        spoilt[at] = other;
        fuzz_quality(std::as_bytes(std::span(spoilt)));
      }
    }
    const bool read = formats::parse_answers(seed, "seed", {}) || formats::parse_answer_pairs(seed, "seed") ||
                      formats::parse_llama_perplexity(seed, "seed");
    EXPECT_TRUE(read) << seed;
  }
}

TEST(FuzzCorpus, Requests) {
  for (const ByteString& seed : request_text_seeds()) fuzz_request_text(seed);
  for (const ByteString& seed : request_file_seeds()) fuzz_request_file(seed);
  const tests::ScratchFolder folder;
  const std::filesystem::path name = folder / "log.gz";
  const ByteString seed = gzipped(request_text_seeds()[2]);
  std::ofstream(name, std::ios::binary).write(reinterpret_cast<const char*>(seed.data()), std::ssize(seed));
  const auto log = formats::read_request_log(name);
  ASSERT_TRUE(log) << to_text(log.error());
  EXPECT_EQ(log->trace.size(), 1U);
}

TEST(FuzzCorpus, Cases) {
  for (const ByteString& seed : case_seeds()) {
    fuzz_case_file(seed);
    const auto result = formats::read_case(text_of(seed), "seed", formats::built_in_catalog());
    EXPECT_TRUE(result) << to_text(result.error().front());
  }
  fuzz_case_file(text_bytes("[mode\xC8\x9C"));  // undefined in toml++ 3.3 by itself
}

}  // namespace
}  // namespace bitworth::tests
