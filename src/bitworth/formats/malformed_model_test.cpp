#include <gtest/gtest.h>

#include "bitworth/formats/config_json.hpp"
#include "bitworth/formats/gguf.hpp"
#include "bitworth/formats/safetensors.hpp"
#include "tests/support/model_bytes.hpp"

namespace bitworth::formats {
namespace {

struct Hostile {
  std::string input;
  const char* message;
  std::uint64_t data_bytes = 0;  // of a safetensors file
};

template <class T>
std::string message_of(const Result<T>& result) {
  return result ? "accepted" : to_text(result.error());
}

TEST(MalformedModel, Safetensors) {
  const Hostile examples[] = {
      {"", "m:1:1: the JSON ends too early"},
      {"[]", "m:1:1: expected '{', found \"[\""},
      {R"({"a": 1})", "m:1:7: expected '{', found \"1\""},
      {R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]})", "m:1:61: the JSON ends too early",
       8},
      {R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}} x)",
       "m:1:63: more after the end of the JSON", 8},
      {R"({"a": {"dtype": "F33", "shape": [2], "data_offsets": [0, 8]}})",
       "m: tensor a has the type F33, which is not known", 8},
      {R"({"a": {"dtype": 4, "shape": [2], "data_offsets": [0, 8]}})", "m:1:17: expected '\"', found \"4\"",
       8},
      {R"({"a": {"shape": [2], "data_offsets": [0, 8]}})", "m:1:45: tensor a lacks its dtype", 8},
      {R"({"a": {"dtype": "F32", "data_offsets": [0, 8]}})", "m:1:47: tensor a lacks its shape", 8},
      {R"({"a": {"dtype": "F32", "shape": [2]}})", "m:1:37: tensor a lacks its data_offsets", 8},
      {R"({"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}})",
       "m:1:61: tensor a has 8 bytes of data, but its shape and type need 12", 8},
      {R"({"a": {"dtype": "F4", "shape": [3], "data_offsets": [0, 1]}})",
       "m:1:60: tensor a has 1 bytes of data, but its shape and type need 2", 1},
      {R"({"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}})",
       "m:1:34: expected a whole number, found \"-\"", 8},
      {R"({"a": {"dtype": "F32", "shape": [2.0], "data_offsets": [0, 8]}})",
       "m:1:35: expected a whole number", 8},
      {R"({"a": {"dtype": "F32", "shape": [99999999999999999999], "data_offsets": [0, 8]}})",
       "m:1:53: a number beyond 64 bits", 8},
      {R"({"a": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 8]}})",
       "m:1:82: tensor a has a shape beyond 64 bits", 8},
      {R"({"a": {"dtype": "F32", "shape": [4611686018427387904], "data_offsets": [0, 8]}})",
       "m:1:79: tensor a has a shape beyond 64 bits", 8},
      {R"({"a": {"dtype": "F32", "shape": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1], "data_offsets": [0, 4]}})",
       "m:1:66: tensor a has more than 16 dimensions", 4},
      {R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}})",
       "m:1:60: tensor a ends before it begins", 8},
      {R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0]}})",
       "m:1:57: tensor a has fewer than two data_offsets", 8},
      {R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8, 9]}})",
       "m:1:60: tensor a has more than two data_offsets", 8},
      {R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}})",
       "m: 4 bytes before tensor a belong to none", 12},
      {R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}})",
       "m: tensor b overlaps a", 12},
      {R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})",
       "m: the tensors need 8 bytes, but 4 follow the header; the file is incomplete: download it again", 4},
      {R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})",
       "m: 4 bytes after the last tensor belong to none", 12},
      {R"({"a": {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}, "a": {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}})",
       "m: tensor a occurs twice"},
      {R"({"a\q": {}})", "m:1:5: unknown escape in a string"},
      {R"({"a\ud800x": {}})", "m:1:10: half of a surrogate pair"},
      {R"({"a\u12g4": {}})", "m:1:8: \\u needs four hexadecimal digits"},
      {R"({"a)", "m:1:4: a string without end"},
      {"{\"a\tb\": {}}", "m:1:4: control character in a string"},
      {std::string(R"({"__metadata__": )") + std::string(40, '[') + "}", "m:1:50: nested more than 32 deep"},
      {R"({"__metadata__": oops})", "m:1:18: expected a value, found \"oops\""},
      {"{\"a\": {\"dtype\": \"\033[31mred\", \"shape\": [], \"data_offsets\": [0, 0]}}",
       "m:1:18: control character in a string"},
  };
  for (const Hostile& example : examples) {
    const tests::ByteString bytes = tests::safetensors_bytes(example.input, example.data_bytes);
    EXPECT_EQ(message_of(read_safetensors(bytes, bytes.size(), "m")), example.message) << example.input;
  }
}

TEST(MalformedModel, SafetensorsLengths) {
  tests::ByteString bytes = tests::safetensors_bytes("{}", 0);
  const auto message = [&](std::uint64_t file_bytes) {
    return message_of(read_safetensors(bytes, file_bytes, "m"));
  };
  bytes.resize(7);
  EXPECT_EQ(message(7), "m: too short for a safetensors file");
  bytes = tests::safetensors_bytes("{}", 0);
  bytes[0] = std::byte{3};
  EXPECT_EQ(message(10),
            "m: its header would have 3 bytes, but 2 follow; the file is incomplete: download it again");
  EXPECT_EQ(message(1000), "m: the header goes on beyond the bytes given");
  bytes[7] = std::byte{0x7F};
  EXPECT_EQ(message(10),
            "m: its header would have 9151314442816847875 bytes; the limit is 100000000; is it a safetensors "
            "file?");
}

TEST(MalformedModel, SafetensorsIndex) {
  const Hostile examples[] = {
      {"", "i:1:1: the JSON ends too early"},
      {R"({"weight_map": {}})", "i:1:19: it has no weight_map that names shards"},
      {R"({"metadata": {}})", "i:1:17: it has no weight_map that names shards"},
      {R"({"weight_map": {"a": "../../etc/passwd.safetensors"}})",
       "i:1:52: \"../../etc/passwd.safetensors\" is not the name of a shard beside the index"},
      {R"({"weight_map": {"a": "pytorch_model.bin"}})",
       "i:1:41: \"pytorch_model.bin\" is not the name of a shard beside the index"},
      {R"({"weight_map": {"a": 3}})", "i:1:22: expected '\"', found \"3\""},
  };
  for (const Hostile& example : examples)
    EXPECT_EQ(message_of(read_safetensors_index(example.input, "i")), example.message) << example.input;
}

TEST(MalformedModel, Gguf) {
  const Hostile examples[] = {
      {"version 1", "m: GGUF version 1; convert the model anew"},
      {"version 4", "m: GGUF version 4; 2 and 3 are known"},
      {"version 50331648", "m: a big-endian GGUF file; convert it with gguf_convert_endian.py of llama.cpp"},
      {"tensors 1000000000000", "m: byte 24: 1000000000000 tensors do not fit into the 8 bytes that follow"},
      {"values 1000000000000",
       "m: byte 24: 1000000000000 metadata values do not fit into the 8 bytes that follow"},
      {"value k 13 0", "m: byte 37: k has the value type 13, which GGUF does not define"},
      {"value k u8 1\nvalue k u8 2", "m: byte 52: the key k occurs twice"},
      {"array k 9 length=1", "m: k is an array of arrays"},
      {"array k u32 length=4611686018427387904",
       "m: byte 49: 4611686018427387904 elements of k do not fit into the 15 bytes that follow"},
      {"array k str length=5", "m: byte 49: 5 elements of k do not fit into the 15 bytes that follow"},
      {"value general.alignment u32 24", "m: byte 57: general.alignment is 24, not a power of two"},
      {"value general.alignment u32 0", "m: byte 57: general.alignment is 0, not a power of two"},
      {"tensor t 99 32", "m: tensor t has the type 99, which is not known"},
      {"tensor t 4 32", "m: tensor t has the type 4, which ggml has dropped"},
      {"tensor t 31 32", "m: tensor t has the type 31, which ggml has dropped"},
      {"tensor t F32 1 1 1 1 1", "m: byte 37: tensor t has 5 dimensions"},
      {"tensor t Q4_K 255", "m: byte 57: tensor t has rows of 255 weights; Q4_K packs 256 together"},
      {"tensor t Q4_0 32 @16", "m: byte 57: tensor t begins at 16, which is not a multiple of 32"},
      {"tensor t F32 8\ntensor t F32 8", "m: byte 90: tensor t occurs twice"},
      {"tensor a F32 8 @0\ntensor b F32 8 @0", "m: byte 90: tensor b overlaps the one before it"},
      {"tensor t F32 8\ndata 4",
       "m: byte 57: tensor t ends beyond the file, whose data have 4 bytes; the file is incomplete: download "
       "it again"},
      {"tensor t F32 4294967296 4294967296", "m: byte 65: tensor t has a shape beyond 64 bits"},
      {"tensor t F32 4611686018427387904", "m: byte 57: tensor t has a shape beyond 64 bits"},
      {"tensor t F32 8 @18446744073709551584",
       "m: byte 57: tensor t ends beyond the file, whose data have 32 bytes; the file is incomplete: "
       "download it again"},
      {"tensors 2\ntensor t F32 8\ndata 0", "m: byte 24: 3 tensors do not fit into the 40 bytes that follow"},
  };
  for (const Hostile& example : examples) {
    const tests::ByteString bytes = tests::gguf_bytes(example.input);
    EXPECT_EQ(message_of(read_gguf(bytes, bytes.size(), "m")), example.message) << example.input;
  }
}

TEST(MalformedModel, GgufOfAnotherKind) {
  const auto message = [](tests::ByteString bytes) {
    return message_of(read_gguf(bytes, bytes.size(), "m"));
  };
  EXPECT_EQ(message({}),
            "m: byte 0: the file ends within the magic number; the file is incomplete: download it again");
  tests::ByteString bytes = tests::gguf_bytes("");
  bytes[0] = std::byte{'g'};
  EXPECT_EQ(message(bytes), "m: not a GGUF file: it does not begin with \"GGUF\"");
}

TEST(MalformedModel, ConfigJson) {
  const std::string start =
      R"({"model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "vocab_size": 100)";
  const std::string whole = start + R"(, "num_attention_heads": 4, "num_hidden_layers": 2)";
  const Hostile examples[] = {
      {"", "c:1:1: the JSON ends too early"},
      {"{", "c:1:2: the JSON ends too early"},
      {"[1, 2]", "c: not a JSON object"},
      {R"({"model_type": "llama")", "c:1:23: the JSON ends too early"},
      {"nope", "c:1:1: expected a value, found \"nope\""},
      {R"({"a": tru})", "c:1:7: expected a value, found \"tru\""},
      {"{\"a\": \"\xFF\"}", "c:1:8: not JSON: invalid string: ill-formed UTF-8 byte"},
      {R"({"a": 1-2})", "c:1:9: not JSON: unexpected number literal"},
      {R"({"a": 1e999})", "c: holds a number beyond the range of a double"},
      {R"({"model_type": 3})", "c: model_type is 3, not a text"},
      {"{}", "c: model_type is missing; is this the config.json of a Hugging Face model?"},
      {R"({"model_type": "llama"})",
       "c: num_hidden_layers, hidden_size, vocab_size, num_attention_heads and intermediate_size are "
       "missing"},
      {R"({"model_type": "novel", "hidden_size": 8})",
       "c: the model_type \"novel\" is not known, and num_hidden_layers, vocab_size, num_attention_heads and "
       "intermediate_size are missing"},
      {start + "}", "c: num_hidden_layers and num_attention_heads are missing"},
      {whole + R"(, "num_key_value_heads": 3})", "c: 4 heads cannot share 3 KV heads evenly"},
      {whole + R"(, "num_key_value_heads": 8})", "c: more KV heads (8) than heads (4)"},
      {whole + R"(, "num_key_value_heads": -1})",
       "c: num_key_value_heads is -1, not a whole number from 1 to 1073741823"},
      {whole + R"(, "num_key_value_heads": "2"})", "c: num_key_value_heads is \"2\", not a whole number"},
      {whole + R"(, "num_key_value_heads": 2.5})",
       "c: num_key_value_heads is 2.5, not a whole number from 1 to 1073741823"},
      {whole + R"(, "num_key_value_heads": 4000000000})",
       "c: num_key_value_heads is 4000000000, not a whole number from 1 to 1073741823"},
      {whole + R"(, "num_key_value_heads": [2]})", "c: num_key_value_heads is a list, not a whole number"},
      {start + R"(, "num_attention_heads": 4, "num_hidden_layers": 20000})",
       "c: 20000 layers; the limit is 10000"},
      {start + R"(, "num_attention_heads": 4, "num_hidden_layers": 0})",
       "c: a num_hidden_layers above 0 is missing"},
      {start + R"(, "num_attention_heads": 5, "num_hidden_layers": 2})",
       "c: no head_dim, and 5 heads do not divide a hidden_size of 64"},
      {whole + R"(, "tie_word_embeddings": "yes"})", "c: tie_word_embeddings is \"yes\", not true or false"},
      {whole + R"(, "layer_types": ["full_attention"]})", "c: layer_types lists 1 layers of 2"},
      {whole + R"(, "layer_types": ["sliding_attention", "full_attention"]})",
       "c: layer_types has sliding_attention, but there is no sliding_window"},
      {whole + R"(, "layer_types": [1, 2]})", "c: layer_types is a list, not a list of texts"},
      {whole + R"(, "num_experts": 4, "num_experts_per_tok": 8, "moe_intermediate_size": 16})",
       "c: a token visits 8 experts of 4"},
      {whole +
           R"(, "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16, "first_k_dense_replace": 2})",
       "c: 2 of 2 layers are dense, which leaves none with experts"},
      {whole + R"(, "num_experts": 4})", "c: num_experts_per_tok and moe_intermediate_size are missing"},
      {whole +
           R"(, "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 1000000000, "n_shared_experts": 1000000000})",
       "c: shared experts of together 1000000000000000000 values; the limit is 1073741823"},
      {whole + R"(, "kv_lora_rank": 8})", "c: qk_rope_head_dim, qk_nope_head_dim and v_head_dim are missing"},
      {whole + R"(, "quantization_config": "gptq"})", "c: quantization_config is \"gptq\", not an object"},
      {whole + R"(, "quantization_config": {"quant_method": "fp8", "weight_block_size": ["a"]}})",
       "c: weight_block_size is a list, not a list of whole numbers"},
      {whole + R"(, "text_config": 3})", "c: text_config is 3, not an object"},
      {std::string(R"({"a": )") + std::string(40, '[') + "}", "c:1:38: nested more than 32 deep"},
  };
  for (const Hostile& example : examples)
    EXPECT_EQ(message_of(read_config_json(example.input, "c")), example.message) << example.input;
}

}  // namespace
}  // namespace bitworth::formats
