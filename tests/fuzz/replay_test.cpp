#include <gtest/gtest.h>

#include "tests/fuzz/targets.hpp"
#include "tests/support/model_corpus.hpp"

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

}  // namespace
}  // namespace bitworth::tests
