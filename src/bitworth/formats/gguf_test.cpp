#include "bitworth/formats/gguf.hpp"

#include <gtest/gtest.h>

#include "bitworth/formats/ggml_type.hpp"
#include "bitworth/llm/footprint.hpp"
#include "tests/support/model_bytes.hpp"

namespace bitworth::formats {
namespace {

Result<GgufFile> read(const std::string& text) {
  const tests::ByteString bytes = tests::gguf_bytes(text);
  return read_gguf(bytes, bytes.size(), "m.gguf");
}

GgufArchitecture architecture(const std::string& text) {
  const auto file = read(text);
  EXPECT_TRUE(file) << to_text(file.error());
  return file ? architecture_of(*file) : GgufArchitecture{};
}

const std::string small_llama = R"(
  value general.architecture str llama
  value general.name str Small
  value llama.block_count u32 2
  value llama.embedding_length u32 256
  value llama.context_length u32 2048
  value llama.feed_forward_length u32 512
  value llama.attention.head_count u32 8
  value llama.attention.head_count_kv u32 2
  array tokenizer.ggml.tokens str a b c d
  array tokenizer.ggml.scores f32 0 -1 -2 -3
  tensor token_embd.weight Q6_K 256 64
  tensor blk.0.attn_q.weight Q4_K 256 256
  tensor blk.0.attn_norm.weight F32 256
  tensor blk.1.ffn_gate.weight IQ4_XS 256 512
  tensor blk.1.ffn_up.weight Q5_0 256 512
  tensor output.weight Q8_0 256 64
)";

TEST(Gguf, ReadsTypesPerTensor) {
  const auto file = read(small_llama);
  ASSERT_TRUE(file) << to_text(file.error());
  ASSERT_EQ(file->tensors.tensors.size(), 6u);
  const llm::TensorInfo& q = file->tensors.tensors[1];
  EXPECT_EQ(q.type, "Q4_K");
  EXPECT_EQ(q.bytes, 256u * 144);
  EXPECT_EQ(*llm::bits_per_weight(q), 4.5);
  EXPECT_EQ(file->tensors.tensors[0].shape, (std::vector<std::uint64_t>{64, 256}));
  EXPECT_EQ(llm::summarize(file->tensors).total_bytes(), file->tensors.file_bytes);
}

TEST(Gguf, KeepsTheLengthOfTokenListsOnly) {
  const auto file = read(small_llama);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->array("tokenizer.ggml.tokens")->length, 4u);
  EXPECT_TRUE(file->array("tokenizer.ggml.tokens")->numbers.empty());
}

TEST(Gguf, ReadsEveryKindOfValue) {
  const auto file = read(R"(
    value a u8 200
    value b i8 -3
    value c u16 65535
    value d i16 -300
    value e u32 4000000000
    value f i32 -5
    value g f32 0.5
    value h bool true
    value i u64 10000000000
    value j i64 -7
    value k f64 2.25
    array l i16 1 -2 3
    array m bool true false
  )");
  ASSERT_TRUE(file) << to_text(file.error());
  const std::pair<const char*, double> numbers[] = {{"a", 200}, {"b", -3},  {"c", 65535}, {"d", -300},
                                                    {"e", 4e9}, {"f", -5},  {"g", 0.5},   {"i", 1e10},
                                                    {"j", -7},  {"k", 2.25}};
  for (const auto& [key, value] : numbers) EXPECT_EQ(file->number(key), value) << key;
  EXPECT_EQ(file->number("h"), std::nullopt);  // no number
  EXPECT_EQ(file->array("l")->numbers, (std::vector<double>{1, -2, 3}));
  EXPECT_EQ(file->array("m")->numbers, (std::vector<double>{1, 0}));
  EXPECT_EQ(file->text("nowhere"), "");
}

TEST(Gguf, AlignsToWhatTheFileSays) {
  const auto file = read("value general.alignment u32 128\n tensor a F32 3\n tensor b F32 3\n");
  ASSERT_TRUE(file) << to_text(file.error());
  EXPECT_EQ(file->tensors.file_bytes % 128, 0u);
  const std::uint64_t gaps = 2 * (128 - 12);
  EXPECT_GE(file->tensors.padding_bytes, gaps);
  EXPECT_EQ(llm::summarize(file->tensors).total_bytes(), file->tensors.file_bytes);
}

TEST(Gguf, TypesHaveTheirPublishedBits) {
  const std::pair<std::uint32_t, double> bits[] = {
      {2, 4.5},   {3, 5.0},     {8, 8.5},     {10, 2.625},  {11, 3.4375}, {12, 4.5},
      {13, 5.5},  {14, 6.5625}, {16, 2.0625}, {19, 1.5625}, {20, 4.5},    {23, 4.25},
      {29, 1.75}, {34, 1.6875}, {35, 2.0625}, {39, 4.25},   {40, 4.5}};
  for (const auto& [id, expected] : bits) {
    const GgmlType* type = ggml_type(id);
    ASSERT_NE(type, nullptr) << id;
    EXPECT_EQ(8.0 * static_cast<double>(type->block_bytes) / static_cast<double>(type->block_weights),
              expected)
        << type->name;
  }
}

TEST(GgufArchitecture, OfALlama) {
  const GgufArchitecture found = architecture(small_llama);
  ASSERT_TRUE(found.architecture);
  const llm::Architecture& a = *found.architecture;
  EXPECT_EQ(a.name, "Small");
  EXPECT_EQ(a.layers, 2);
  EXPECT_EQ(a.head_dim, 32);
  EXPECT_EQ(a.kv_heads, 2);
  EXPECT_EQ(a.vocab, 64);  // rows of the embedding, not the four tokens
  EXPECT_TRUE(a.gated_ffn);
  EXPECT_FALSE(a.tied_embeddings);
  EXPECT_TRUE(found.warnings.empty());
}

TEST(GgufArchitecture, OfMetadataAlone) {
  const GgufArchitecture found = architecture(R"(
    value general.architecture str qwen3
    value qwen3.block_count u32 64
    value qwen3.embedding_length u32 5120
    value qwen3.feed_forward_length u32 25600
    value qwen3.attention.head_count u32 64
    value qwen3.attention.head_count_kv u32 8
    value qwen3.attention.key_length u32 128
    value qwen3.vocab_size u32 151936
  )");
  ASSERT_TRUE(found.architecture);
  EXPECT_EQ(found.architecture->head_dim, 128);
  EXPECT_NEAR(llm::count_parameters(*found.architecture).total(), 32.76e9, 0.01 * 32.76e9);
}

TEST(GgufArchitecture, OfLatentAttentionWithExperts) {
  const GgufArchitecture found = architecture(R"(
    value general.architecture str deepseek2
    value deepseek2.block_count u32 61
    value deepseek2.embedding_length u32 7168
    value deepseek2.feed_forward_length u32 18432
    value deepseek2.attention.head_count u32 128
    value deepseek2.attention.head_count_kv u32 1
    value deepseek2.attention.key_length u32 576
    value deepseek2.attention.value_length u32 512
    value deepseek2.attention.key_length_mla u32 192
    value deepseek2.attention.value_length_mla u32 128
    value deepseek2.attention.kv_lora_rank u32 512
    value deepseek2.attention.q_lora_rank u32 1536
    value deepseek2.rope.dimension_count u32 64
    value deepseek2.leading_dense_block_count u32 3
    value deepseek2.expert_count u32 256
    value deepseek2.expert_used_count u32 8
    value deepseek2.expert_shared_count u32 1
    value deepseek2.expert_feed_forward_length u32 2048
    value deepseek2.vocab_size u32 129280
  )");
  ASSERT_TRUE(found.architecture);
  const llm::Architecture& a = *found.architecture;
  EXPECT_EQ(llm::kv_bytes_per_token(a, {.id = "bf16", .bits = 16, .source = "", .date = ""}), Bytes(70272));
  EXPECT_NEAR(llm::count_parameters(a).total(), 671e9, 0.01 * 671e9);
}

TEST(GgufArchitecture, OfAlternatingWindowsAndExperts) {
  const GgufArchitecture found = architecture(R"(
    value general.architecture str gpt-oss
    value gpt-oss.block_count u32 24
    value gpt-oss.embedding_length u32 2880
    value gpt-oss.feed_forward_length u32 2880
    value gpt-oss.expert_feed_forward_length u32 2880
    value gpt-oss.attention.head_count u32 64
    value gpt-oss.attention.head_count_kv u32 8
    value gpt-oss.attention.key_length u32 64
    value gpt-oss.attention.sliding_window u32 128
    value gpt-oss.expert_count u32 32
    value gpt-oss.expert_used_count u32 4
    tensor token_embd.weight Q8_0 2880 16
    tensor output.weight Q8_0 2880 16
    tensor blk.0.ffn_gate_exps.weight MXFP4 2880 32 2
  )");
  ASSERT_TRUE(found.architecture);
  ASSERT_TRUE(found.architecture->sliding_window);
  EXPECT_EQ(found.architecture->sliding_window->window, 128);
  EXPECT_EQ(found.architecture->sliding_window->pattern, 2);
  EXPECT_EQ(found.architecture->ffn, 0);
}

TEST(GgufArchitecture, LayersThatPredictFurtherAheadAreLeftOut) {
  const GgufArchitecture found = architecture(small_llama + "value llama.nextn_predict_layers u32 1\n");
  ASSERT_TRUE(found.architecture);
  EXPECT_EQ(found.architecture->layers, 1);
}

TEST(GgufArchitecture, ArraysPerLayerBecomeTheirMean) {
  const GgufArchitecture found = architecture(R"(
    value general.architecture str openelm
    value openelm.block_count u32 4
    value openelm.embedding_length u32 1024
    array openelm.feed_forward_length u32 1000 2000 3000 4000
    array openelm.attention.head_count u32 16 16 16 16
    array openelm.attention.head_count_kv u32 4 4 4 4
    value openelm.vocab_size u32 1000
  )");
  ASSERT_TRUE(found.architecture);
  EXPECT_EQ(found.architecture->ffn, 2500);
  EXPECT_TRUE(found.architecture->approximate);
  ASSERT_EQ(found.warnings.size(), 1u);
  EXPECT_EQ(found.warnings[0],
            "feed_forward_length differs from layer to layer; the mean, 2500, stands for all");
}

TEST(GgufArchitecture, SaysWhatIsMissing) {
  const GgufArchitecture found =
      architecture("value general.architecture str mystery\n tensor blk.0.x.weight F32 8 8\n");
  EXPECT_FALSE(found.architecture);
  ASSERT_EQ(found.warnings.size(), 1u);
  EXPECT_EQ(found.warnings[0],
            "the metadata do not tell the architecture: mystery.embedding_length, mystery.vocab_size, "
            "mystery.attention.head_count and mystery.feed_forward_length are missing");
}

TEST(GgufArchitecture, HostileNumbersLeaveNoArchitecture) {
  for (const char* line :
       {"value llama.attention.head_count_kv u32 3", "value llama.attention.head_count_kv u32 9"}) {
    std::string text = small_llama;
    const std::string original = "value llama.attention.head_count_kv u32 2";
    text.replace(text.find(original), original.size(), line);
    const GgufArchitecture found = architecture(text);
    EXPECT_FALSE(found.architecture) << line;
    EXPECT_FALSE(found.warnings.empty());
  }
}

}  // namespace
}  // namespace bitworth::formats
