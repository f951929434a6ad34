#include "bitworth/formats/model_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "bitworth/base/text.hpp"
#include "tests/support/model_bytes.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/source_dir.hpp"

namespace bitworth::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view small_config =
    R"({"model_type": "llama", "hidden_size": 64, "intermediate_size": 128,
  "num_attention_heads": 4, "num_hidden_layers": 1, "num_key_value_heads": 2, "vocab_size": 100)";

// A folder for one test, gone with it.
class ModelFilesTest : public testing::Test {
 protected:
  ModelFilesTest() { fs::create_directory(folder_); }

  void write(const std::string& name, std::string_view text) const { std::ofstream(folder_ / name) << text; }
  void write(const std::string& name, const tests::ByteString& bytes) const {
    write(name, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  ModelFiles read(const std::string& name = "") const {
    auto model = read_model((folder_ / name).string());
    EXPECT_TRUE(model) << (model ? "" : to_text(model.error()));
    return model ? *std::move(model) : ModelFiles{};
  }
  std::string problem(const std::string& name = "") const {
    const auto model = read_model((folder_ / name).string());
    return model ? "accepted" : model.error().message;
  }

  tests::ScratchFolder scratch_;
  fs::path folder_ = scratch_ / "Tiny-1B";
};

// Every matrix of small_config, in a type of so many bytes per element.
std::string tensors_of_small(std::string_view type, std::uint64_t width, bool lm_head) {
  struct Matrix {
    const char* name;
    int rows, columns;
  };
  std::vector<Matrix> matrices = {{"model.embed_tokens", 100, 64},
                                  {"model.layers.0.self_attn.q_proj", 64, 64},
                                  {"model.layers.0.self_attn.k_proj", 32, 64},
                                  {"model.layers.0.self_attn.v_proj", 32, 64},
                                  {"model.layers.0.self_attn.o_proj", 64, 64},
                                  {"model.layers.0.mlp.gate_proj", 128, 64},
                                  {"model.layers.0.mlp.up_proj", 128, 64},
                                  {"model.layers.0.mlp.down_proj", 64, 128}};
  if (lm_head) matrices.push_back({"lm_head", 100, 64});
  std::string header;
  std::uint64_t at = 0;
  for (const Matrix& m : matrices) {
    const std::uint64_t end =
        at + static_cast<std::uint64_t>(m.rows) * static_cast<std::uint64_t>(m.columns) * width;
    header +=
        format("{}\"{}.weight\": {{\"dtype\": \"{}\", \"shape\": [{}, {}], \"data_offsets\": [{}, {}]}}",
               header.empty() ? "" : ", ", m.name, type, m.rows, m.columns, at, end);
    at = end;
  }
  return header;
}

constexpr std::uint64_t small_parameters = 2 * 6400 + 12288 + 24576;

tests::ByteString small_safetensors(std::string_view type = "BF16", std::uint64_t width = 2,
                                    bool lm_head = true) {
  const std::uint64_t parameters = small_parameters - (lm_head ? 0 : 6400);
  return tests::safetensors_bytes("{" + tensors_of_small(type, width, lm_head) + "}", parameters * width);
}

TEST_F(ModelFilesTest, AFolderOfConfigAndTensors) {
  write("config.json", std::string(small_config) + R"(, "torch_dtype": "bfloat16"})");
  write("model.safetensors", small_safetensors());
  write("consolidated.safetensors", small_safetensors());  // the same once more
  const ModelFiles model = read();
  EXPECT_EQ(model.what, "config.json and 1 safetensors file");
  ASSERT_TRUE(model.architecture);
  EXPECT_EQ(model.architecture->name, "Tiny-1B");
  EXPECT_EQ(model.architecture->id, "tiny-1b");
  EXPECT_EQ(model.architecture->published_parameters, double(small_parameters));
  EXPECT_EQ(llm::count_parameters(*model.architecture).total(), double(small_parameters));
  ASSERT_TRUE(model.tensors);
  EXPECT_EQ(model.tensors->total_bytes(), fs::file_size(folder_ / "model.safetensors"));
  EXPECT_FALSE(model.quantization);
  EXPECT_TRUE(model.warnings.empty());
}

TEST_F(ModelFilesTest, AConfigAlone) {
  write("config.json", std::string(small_config) + "}");
  for (const char* name : {"", "config.json"}) {
    const ModelFiles model = read(name);
    EXPECT_EQ(model.what, "config.json");
    EXPECT_FALSE(model.tensors);
    EXPECT_EQ(model.architecture->name, "Tiny-1B");
  }
}

TEST_F(ModelFilesTest, TensorsAlone) {
  write("model.safetensors", small_safetensors());
  const ModelFiles model = read("model.safetensors");
  EXPECT_FALSE(model.architecture);
  EXPECT_EQ(model.what, "1 safetensors file");
  EXPECT_EQ(
      model.warnings,
      std::vector<std::string>{"no config.json beside the tensors: they alone do not tell the architecture"});
}

TEST_F(ModelFilesTest, AMissingLmHeadIsTied) {
  write("config.json", std::string(small_config) + "}");
  write("model.safetensors", small_safetensors("BF16", 2, false));
  const ModelFiles model = read();
  EXPECT_TRUE(model.architecture->tied_embeddings);
  EXPECT_EQ(model.warnings.size(), 1u);
}

TEST_F(ModelFilesTest, TensorsOfAnotherNetworkAreTold) {
  write("config.json", std::string(small_config) + R"(, "num_hidden_layers": 9})");
  write("model.safetensors", small_safetensors());
  const ModelFiles model = read();
  ASSERT_EQ(model.warnings.size(), 1u);
  EXPECT_NE(model.warnings[0].find("but the dimensions stand for"), std::string::npos);
}

TEST_F(ModelFilesTest, StoredTypesTellQuantizationToo) {
  write("config.json", std::string(small_config) + "}");
  write("model.safetensors", small_safetensors("F8_E4M3", 1));
  const ModelFiles model = read();
  ASSERT_TRUE(model.quantization);
  EXPECT_EQ(model.quantization->description,
            "mostly F8_E4M3, 8.00 bits per weight in attention and feed-forward layers");
}

TEST_F(ModelFilesTest, PackedWeightsAndTheirScalesAreCountedAsSuch) {
  write("config.json",
        std::string(small_config) +
            R"(, "quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 64}})");
  // A matrix of 64 x 64 in four bits: 8 x 64 integers, 64 scales, 8 integers of zero points, 64 group
  // indices.
  write("model.safetensors", tests::safetensors_bytes(R"({
    "model.layers.0.self_attn.q_proj.qweight": {"dtype": "I32", "shape": [8, 64], "data_offsets": [0, 2048]},
    "model.layers.0.self_attn.q_proj.scales": {"dtype": "F16", "shape": [1, 64], "data_offsets": [2048, 2176]},
    "model.layers.0.self_attn.q_proj.qzeros": {"dtype": "I32", "shape": [1, 8], "data_offsets": [2176, 2208]},
    "model.layers.0.self_attn.q_proj.g_idx": {"dtype": "I32", "shape": [64], "data_offsets": [2208, 2464]}})",
                                                      2464));
  const ModelFiles model = read();
  const llm::ClassBytes* attention = model.tensors->find(llm::TensorClass::attention);
  ASSERT_NE(attention, nullptr);
  EXPECT_EQ(attention->weights, 4096u);
  EXPECT_DOUBLE_EQ(*llm::bits_per_weight(*attention), 8.0 * 2464 / 4096);
  EXPECT_EQ(model.quantization->scheme, "w4a16");
}

TEST_F(ModelFilesTest, ShardsComeFromTheIndex) {
  write("config.json", std::string(small_config) + "}");
  write("model.safetensors.index.json",
        R"({"weight_map": {"model.norm.weight": "model-00001-of-00002.safetensors",
    "lm_head.weight": "model-00002-of-00002.safetensors"}})");
  write("model-00001-of-00002.safetensors",
        tests::safetensors_bytes(
            R"({"model.norm.weight": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})", 8));
  EXPECT_EQ(problem(), "1 of its 2 shards is missing: model-00002-of-00002.safetensors");
  write("model-00002-of-00002.safetensors",
        tests::safetensors_bytes(
            R"({"lm_head.weight": {"dtype": "BF16", "shape": [1, 4], "data_offsets": [0, 8]}})", 8));
  for (const char* name : {"", "model.safetensors.index.json", "model-00001-of-00002.safetensors"}) {
    const ModelFiles model = read(name);
    EXPECT_EQ(model.what, "config.json and 2 safetensors files");
    EXPECT_EQ(model.tensors->total_bytes(), fs::file_size(folder_ / "model-00001-of-00002.safetensors") +
                                                fs::file_size(folder_ / "model-00002-of-00002.safetensors"));
  }
}

TEST_F(ModelFilesTest, ATensorInTwoFilesIsRefused) {
  write("a.safetensors", small_safetensors());
  write("b.safetensors", small_safetensors());
  EXPECT_EQ(problem(), "tensor model.embed_tokens.weight is in this file and in another beside it");
}

const std::string small_gguf = R"(
  value general.architecture str llama
  value llama.block_count u32 1
  value llama.embedding_length u32 256
  value llama.feed_forward_length u32 512
  value llama.attention.head_count u32 8
  tensor token_embd.weight Q8_0 256 64
  tensor blk.0.attn_q.weight Q4_K 256 256
  tensor blk.0.attn_v.weight Q6_K 256 256
  tensor blk.0.ffn_gate.weight Q4_K 256 512
)";

TEST_F(ModelFilesTest, GgufByExtensionByContentAndByFolder) {
  write("Tiny-Q4_K_M.gguf", tests::gguf_bytes(small_gguf));
  write("mmproj-Tiny.gguf", tests::gguf_bytes(""));  // the image part of another model
  for (const char* name : {"", "Tiny-Q4_K_M.gguf"}) {
    const ModelFiles model = read(name);
    EXPECT_EQ(model.what, "GGUF");
    ASSERT_TRUE(model.quantization);
    EXPECT_EQ(model.quantization->description,
              "GGUF, mostly Q4_K, 5.02 bits per weight in attention and feed-forward layers");
    EXPECT_EQ(model.tensors->total_bytes(), fs::file_size(folder_ / "Tiny-Q4_K_M.gguf"));
    EXPECT_TRUE(model.architecture->tied_embeddings);
  }
  write("sha256-0123", tests::gguf_bytes(small_gguf));
  EXPECT_EQ(read("sha256-0123").what, "GGUF");
  write("Other.gguf", tests::gguf_bytes(small_gguf));
  EXPECT_EQ(problem(), "holds several models: Other.gguf and Tiny-Q4_K_M.gguf");
}

// Rows of 64 do not hold a block of 256, so a "q4_0" of such a network is mostly something else.
TEST_F(ModelFilesTest, NamesOfGgufFilesProveNothing) {
  write("tiny-q4_0.gguf", tests::gguf_bytes(R"(
    value general.architecture str llama
    tensor token_embd.weight F32 64 512
    tensor blk.0.attn_q.weight Q4_0 64 64
    tensor blk.0.ffn_down.weight F16 172 64
  )"));
  const ModelFiles model = read("tiny-q4_0.gguf");
  ASSERT_TRUE(model.quantization);
  EXPECT_EQ(model.quantization->description,
            "GGUF, mostly F16, 12.88 bits per weight in attention and feed-forward layers");
}

TEST_F(ModelFilesTest, AnyPartOfASplitGgufStandsForAll) {
  write("T-00001-of-00002.gguf",
        tests::gguf_bytes(small_gguf + "value split.count u16 2\nvalue split.no u16 0\n"));
  EXPECT_EQ(problem(), "1 of its 2 parts is missing: T-00002-of-00002.gguf");
  write("T-00002-of-00002.gguf", tests::gguf_bytes("value split.count u16 2\n value split.no u16 1\n"
                                                   "tensor output.weight Q8_0 256 64\n"));
  for (const char* name : {"", "T-00001-of-00002.gguf", "T-00002-of-00002.gguf"}) {
    const ModelFiles model = read(name);
    EXPECT_EQ(model.what, "GGUF in 2 parts");
    EXPECT_FALSE(model.architecture->tied_embeddings);
    EXPECT_EQ(model.tensors->total_bytes(), fs::file_size(folder_ / "T-00001-of-00002.gguf") +
                                                fs::file_size(folder_ / "T-00002-of-00002.gguf"));
  }
}

TEST_F(ModelFilesTest, ATensorInTwoPartsIsRefused) {
  write("T-00001-of-00002.gguf", tests::gguf_bytes(small_gguf));
  write("T-00002-of-00002.gguf", tests::gguf_bytes(small_gguf));
  EXPECT_EQ(problem(), "tensor token_embd.weight is in two parts");
}

TEST_F(ModelFilesTest, SaysWhatItCannotRead) {
  EXPECT_EQ(problem(), "holds no config.json, .safetensors or .gguf file");
  EXPECT_EQ(problem("nowhere.gguf"), "no such file");
  EXPECT_EQ(problem("nowhere"), "no such file");
  write("notes.txt", "hello");
  EXPECT_EQ(problem("notes.txt"), "not a model file that bitworth reads");
  write("empty.gguf", "");
  EXPECT_EQ(problem("empty.gguf"), "byte 0: the file ends within the magic number");
  fs::create_directory(folder_ / "x.gguf");
  EXPECT_EQ(problem("x.gguf"), "holds no config.json, .safetensors or .gguf file");
}

// 30 shards with 1,000 tensors each: 100 GB of holes, of which only the headers may be touched.
TEST_F(ModelFilesTest, OnlyHeadersOfAHundredGigabytesAreRead) {
  constexpr std::uint64_t tensor_bytes = 3'333'334;
  std::string index;
  for (int shard = 0; shard < 30; ++shard) {
    const std::string name = format("model-{:05}-of-00030.safetensors", shard + 1);
    std::string header;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const std::string tensor =
          format("model.layers.{}.mlp.experts.{}.gate_proj.weight", shard * 2 + int(i / 500), i % 500);
      header += format("{}\"{}\":{{\"dtype\":\"BF16\",\"shape\":[1,{}],\"data_offsets\":[{},{}]}}",
                       i > 0 ? "," : "", tensor, tensor_bytes / 2, i * tensor_bytes, (i + 1) * tensor_bytes);
      index += format("{}\"{}\": \"{}\"", index.empty() ? "" : ",\n", tensor, name);
    }
    write(name, tests::safetensors_bytes("{" + header + "}", 0));
    std::error_code problem;
    fs::resize_file(folder_ / name, fs::file_size(folder_ / name) + 1000 * tensor_bytes, problem);
    if (problem) GTEST_SKIP() << "this file system has no sparse files of 3 GB";
  }
  write("model.safetensors.index.json", "{\"weight_map\": {" + index + "}}");
  const auto start = std::chrono::steady_clock::now();
  const ModelFiles model = read();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  EXPECT_GT(model.tensors->total_bytes(), 100'000'000'000u);
  EXPECT_EQ(model.tensors->parameters(), 30'000 * tensor_bytes / 2);
  // About 0.03 s; the bound leaves room for sanitizers and busy machines, and none for reading data.
  EXPECT_LT(taken.count(), 3);
}

class SharedModels : public testing::TestWithParam<std::tuple<const char*, int, int, double>> {};

TEST_P(SharedModels, AddUp) {
  const auto& [name, layers, vocab, parameters] = GetParam();
  const fs::path path = bitworth::source_dir() / "../shared/data/models" / name;
  if (!fs::exists(path)) GTEST_SKIP() << "the shared data beside the checkout are absent";
  const auto model = read_model(path.string());
  ASSERT_TRUE(model) << to_text(model.error());
  EXPECT_EQ(model->tensors->total_bytes(), fs::file_size(path));
  ASSERT_TRUE(model->architecture);
  EXPECT_EQ(model->architecture->layers, layers);
  EXPECT_EQ(model->architecture->vocab, vocab);
  EXPECT_EQ(model->architecture->published_parameters, parameters);
  EXPECT_NEAR(llm::count_parameters(*model->architecture).total(), parameters, 0.01 * parameters);
}

INSTANTIATE_TEST_SUITE_P(Gguf, SharedModels,
                         testing::Values(std::tuple("stories260K.gguf", 5, 512, 292800.0),
                                         std::tuple("distill-kq-3.7M.gguf", 4, 512, 3672320.0),
                                         std::tuple("babyllama_model5000.gguf", 5, 361, 1015424.0)));

}  // namespace
}  // namespace bitworth::formats
