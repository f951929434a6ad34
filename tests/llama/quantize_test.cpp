#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "bitworth/base/text.hpp"
#include "bitworth/engine/llama_engine.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/source_dir.hpp"

// Files that we quantize against those of llama-quantize, built from the same llama.cpp: byte for byte.

namespace bitworth::tests {
namespace {

namespace fs = std::filesystem;
const std::string tools = BITWORTH_LLAMA_TOOLS;

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class QuantizeTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!fs::exists(tools + "/llama-quantize"))
      GTEST_SKIP() << "llama-quantize is not built (BITWORTH_ORACLES)";
  }
  tests::ScratchFolder scratch_;
  std::string folder_ = scratch_.path();
};

TEST_P(QuantizeTest, IsByteIdentical) {
  const std::string source = (source_dir() / "examples/distill-kq-3.7M.gguf").string();
  const std::string ours = folder_ + "/ours.gguf", theirs = folder_ + "/theirs.gguf";
  const auto made =
      engine::llama_engine(2)->quantize({.source = source, .target = ours, .scheme = GetParam()});
  ASSERT_TRUE(made) << to_text(made.error());
  const std::string type = GetParam() == "fp16" ? "f16" : GetParam();
  const std::string command =
      format("{}/llama-quantize {} {} {} >/dev/null 2>&1", tools, source, theirs, type);
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  EXPECT_GT(fs::file_size(ours), 1000000U);
  EXPECT_TRUE(bytes_of(ours) == bytes_of(theirs));
}

INSTANTIATE_TEST_SUITE_P(Schemes, QuantizeTest,
                         testing::Values("bf16", "fp16", "q8_0", "q6_k", "q5_k_m", "q5_0", "q4_k_m", "q4_k_s",
                                         "q4_0", "q4_1", "iq4_xs", "iq4_nl", "q3_k_m", "iq3_s", "q2_k"),
                         [](const auto& scheme) { return scheme.param; });

}  // namespace
}  // namespace bitworth::tests
