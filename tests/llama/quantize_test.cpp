#include <gguf.h>
#include <gtest/gtest.h>
#include <llama.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/engine/llama_engine.hpp"
#include "bitworth/formats/gguf.hpp"
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

std::string model() {
  return (source_dir() / "examples/distill-kq-3.7M.gguf").string();
}

// An importance matrix for that model, in the form of llama-imatrix: sums that differ, other counts for each
// matrix, and one that was never seen.
void write_imatrix(const std::string& path) {
  const auto file = formats::read_gguf_file(model());
  ASSERT_TRUE(file) << to_text(file.error());
  const std::unique_ptr<ggml_context, void (*)(ggml_context*)> room(
      ggml_init({.mem_size = 16U << 20, .mem_buffer = nullptr, .no_alloc = false}), ggml_free);
  const std::unique_ptr<gguf_context, void (*)(gguf_context*)> matrix(gguf_init_empty(), gguf_free);
  gguf_set_val_str(matrix.get(), "general.type", "imatrix");
  const char* text = "stories.txt";
  gguf_set_arr_str(matrix.get(), "imatrix.datasets", &text, 1);
  gguf_set_val_u32(matrix.get(), "imatrix.chunk_count", 7);
  gguf_set_val_u32(matrix.get(), "imatrix.chunk_size", 512);
  Rng rng(1);
  int count = 0;
  const auto add = [&](const std::string& name, std::uint64_t size, const auto& value) {
    ggml_tensor* tensor = ggml_new_tensor_1d(room.get(), GGML_TYPE_F32, static_cast<std::int64_t>(size));
    ggml_set_name(tensor, name.c_str());
    for (std::uint64_t i = 0; i < size; ++i) static_cast<float*>(tensor->data)[i] = value();
    gguf_add_tensor(matrix.get(), tensor);
  };
  for (const llm::TensorInfo& tensor : file->tensors.tensors) {
    if (tensor.shape.size() != 2) continue;
    add(tensor.name + ".in_sum2", tensor.shape[1],
        [&] { return static_cast<float>(count * std::exp(rng.normal())); });
    add(tensor.name + ".counts", 1, [&] { return static_cast<float>(count); });
    count += 100;
  }
  ASSERT_GT(count, 1000);
  ASSERT_TRUE(gguf_write_to_file(matrix.get(), path.c_str(), false));
}

class QuantizeTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!fs::exists(tools + "/llama-quantize"))
      GTEST_SKIP() << "llama-quantize is not built (BITWORTH_ORACLES)";
  }

  // With our importance matrix where it has a path.
  std::string ours(const std::string& imatrix = {}) {
    const std::string path = folder_ + "/ours.gguf";
    const auto made = engine::llama_engine(2)->quantize(
        {.source = model(), .target = path, .scheme = GetParam(), .imatrix = imatrix});
    EXPECT_TRUE(made) << to_text(made.error());
    EXPECT_GT(fs::file_size(path), 500000U);
    return bytes_of(path);
  }
  std::string theirs(const std::string& flags = {}) {
    const std::string path = folder_ + "/theirs.gguf";
    const std::string type = GetParam() == "fp16" ? "f16" : GetParam();
    const std::string command =
        format("{}/llama-quantize {} {} {} {} >/dev/null 2>&1", tools, flags, model(), path, type);
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return bytes_of(path);
  }

  tests::ScratchFolder scratch_;
  std::string folder_ = scratch_.path();
};

TEST_P(QuantizeTest, IsByteIdentical) {
  EXPECT_TRUE(ours() == theirs());
}

INSTANTIATE_TEST_SUITE_P(Schemes, QuantizeTest,
                         testing::Values("bf16", "fp16", "q8_0", "q6_k", "q5_k_m", "q5_0", "q4_k_m", "q4_k_s",
                                         "q4_0", "q4_1", "iq4_xs", "iq4_nl", "q3_k_m", "iq3_s", "q2_k"),
                         [](const auto& scheme) { return scheme.param; });

using QuantizeWithImatrixTest = QuantizeTest;

TEST_P(QuantizeWithImatrixTest, IsByteIdentical) {
  const std::string imatrix = folder_ + "/imatrix.gguf";
  write_imatrix(imatrix);
  const std::string with = ours(imatrix);
  EXPECT_TRUE(with == theirs("--imatrix " + imatrix));
  const bool needs_one = GetParam() == "iq2_xs";
  EXPECT_TRUE(needs_one || with != ours()) << "the matrix makes no difference";
}

// The last one cannot be made without one.
INSTANTIATE_TEST_SUITE_P(Schemes, QuantizeWithImatrixTest,
                         testing::Values("q4_0", "q4_k_m", "q5_k_s", "q2_k", "iq4_xs", "iq3_s", "iq2_xs"),
                         [](const auto& scheme) { return scheme.param; });

}  // namespace
}  // namespace bitworth::tests
