#include "bitworth/formats/safetensors.hpp"

#include <gtest/gtest.h>

#include "tests/support/model_bytes.hpp"

namespace bitworth::formats {
namespace {

using tests::safetensors_bytes;

Result<llm::TensorTable> read(std::string_view header, std::uint64_t data_bytes) {
  const tests::ByteString bytes = safetensors_bytes(header, data_bytes);
  return read_safetensors(bytes, bytes.size(), "m.safetensors");
}

TEST(Safetensors, ReadsNamesTypesAndShapes) {
  const std::string_view header = R"({"__metadata__": {"format": "pt", "nested": [1, {"a": null}]},
    "lm_head.weight": {"dtype": "BF16", "shape": [4, 8], "data_offsets": [32, 96]},
    "model.embed_tokens.weight": {"shape": [4, 8], "data_offsets": [0, 32], "dtype": "F8_E4M3", "more": -1.5e3}})";
  const auto table = read(header, 96);
  ASSERT_TRUE(table) << to_text(table.error());
  ASSERT_EQ(table->tensors.size(), 2u);
  EXPECT_EQ(table->tensors[0].name, "lm_head.weight");
  EXPECT_EQ(table->tensors[0].type, "BF16");
  EXPECT_EQ(table->tensors[0].shape, (std::vector<std::uint64_t>{4, 8}));
  EXPECT_EQ(table->tensors[0].bytes, 64u);
  EXPECT_EQ(*llm::bits_per_weight(table->tensors[1]), 8);
  EXPECT_EQ(table->header_bytes, 8 + header.size());
  EXPECT_EQ(llm::summarize(*table).total_bytes(), table->file_bytes);
}

TEST(Safetensors, ReadsScalarsEmptyTensorsAndPackedTypes) {
  const auto table = read(R"({"a": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]},
    "b": {"dtype": "I64", "shape": [0, 7], "data_offsets": [4, 4]},
    "c": {"dtype": "F4", "shape": [2, 32], "data_offsets": [4, 36]},
    "d": {"dtype": "F6_E2M3", "shape": [4], "data_offsets": [36, 39]}})",
                          39);
  ASSERT_TRUE(table) << to_text(table.error());
  EXPECT_EQ(table->tensors[0].weights, 1u);
  EXPECT_EQ(table->tensors[1].weights, 0u);
  EXPECT_EQ(*llm::bits_per_weight(table->tensors[2]), 4);
  EXPECT_EQ(*llm::bits_per_weight(table->tensors[3]), 6);
}

TEST(Safetensors, ReadsEscapedNames) {
  const auto table =
      read(R"({"a\u002eb\n\"\u00e9\ud83d\ude00": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}})", 1);
  ASSERT_TRUE(table) << to_text(table.error());
  EXPECT_EQ(table->tensors[0].name, "a.b\n\"é😀");
}

TEST(Safetensors, AnEmptyFileHasNoTensors) {
  const auto table = read("{}", 0);
  ASSERT_TRUE(table);
  EXPECT_TRUE(table->tensors.empty());
}

TEST(Safetensors, NeedsOnlyTheHeader) {
  tests::ByteString bytes = safetensors_bytes(
      R"({"a": {"dtype": "F16", "shape": [1000000000], "data_offsets": [0, 2000000000]}})", 0);
  const auto table = read_safetensors(bytes, bytes.size() + 2'000'000'000, "m.safetensors");
  ASSERT_TRUE(table) << to_text(table.error());
  EXPECT_EQ(table->file_bytes, bytes.size() + 2'000'000'000);
}

TEST(SafetensorsIndex, NamesEachShardOnce) {
  const auto shards = read_safetensors_index(R"({"metadata": {"total_size": 5}, "weight_map": {
    "a": "model-00002-of-00002.safetensors", "b": "model-00001-of-00002.safetensors",
    "c": "model-00002-of-00002.safetensors"}})",
                                             "index");
  ASSERT_TRUE(shards) << to_text(shards.error());
  EXPECT_EQ(*shards, (std::vector<std::string>{"model-00001-of-00002.safetensors",
                                               "model-00002-of-00002.safetensors"}));
}

}  // namespace
}  // namespace bitworth::formats
