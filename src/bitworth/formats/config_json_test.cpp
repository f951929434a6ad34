#include "bitworth/formats/config_json.hpp"

#include <gtest/gtest.h>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/llm/footprint.hpp"

namespace bitworth::formats {
namespace {

ModelConfig read(std::string_view text) {
  auto config = read_config_json(text, "config.json");
  EXPECT_TRUE(config) << (config ? "" : to_text(config.error()));
  return config ? *std::move(config) : ModelConfig{};
}

double parameters(const llm::Architecture& a) {
  return llm::count_parameters(a).total();
}

Bytes kv_bytes(const llm::Architecture& a) {
  return llm::kv_bytes_per_token(a, {.id = "bf16", .bits = 16, .source = "", .date = ""});
}

// The catalog was typed from the same published files by other hands.
void expect_as_shipped(const llm::Architecture& a, std::string_view id) {
  const llm::Architecture* shipped = built_in_catalog().architectures.find(id);
  ASSERT_NE(shipped, nullptr) << id;
  using llm::Architecture;
  const std::pair<const char*, int Architecture::*> members[] = {
      {"layers", &Architecture::layers},     {"hidden", &Architecture::hidden},
      {"heads", &Architecture::heads},       {"kv_heads", &Architecture::kv_heads},
      {"head_dim", &Architecture::head_dim}, {"ffn", &Architecture::ffn},
      {"vocab", &Architecture::vocab},       {"max_context", &Architecture::max_context}};
  for (const auto& [name, member] : members) EXPECT_EQ(a.*member, shipped->*member) << id << " " << name;
  EXPECT_EQ(a.gated_ffn, shipped->gated_ffn) << id;
  EXPECT_EQ(a.tied_embeddings, shipped->tied_embeddings) << id;
  EXPECT_EQ(a.approximate, shipped->approximate) << id;
  ASSERT_EQ(a.sliding_window.has_value(), shipped->sliding_window.has_value()) << id;
  if (a.sliding_window) {
    EXPECT_EQ(a.sliding_window->window, shipped->sliding_window->window) << id;
    EXPECT_EQ(a.sliding_window->pattern, shipped->sliding_window->pattern) << id;
  }
  EXPECT_EQ(parameters(a), parameters(*shipped)) << id;
}

TEST(ConfigJson, Llama) {
  const ModelConfig config = read(R"({
    "architectures": ["LlamaForCausalLM"], "attention_bias": false, "bos_token_id": 128000,
    "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336, "max_position_embeddings": 131072,
    "mlp_bias": false, "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 32,
    "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
    "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "rope_type": "llama3"}, "rope_theta": 500000.0,
    "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_cache": true, "vocab_size": 128256})");
  expect_as_shipped(config.architecture, "llama-3.1-8b");
  EXPECT_NEAR(parameters(config.architecture), 8.03e9, 0.01 * 8.03e9);
  EXPECT_EQ(kv_bytes(config.architecture), Bytes(131072));
  EXPECT_EQ(config.storage_type, "bfloat16");
  EXPECT_FALSE(config.quantization);  // torch_dtype is no quantization
  EXPECT_TRUE(config.warnings.empty());
}

TEST(ConfigJson, Qwen3HasAHeadDimOfItsOwn) {
  const ModelConfig config = read(R"({
    "architectures": ["Qwen3ForCausalLM"], "head_dim": 128, "hidden_size": 5120, "intermediate_size": 25600,
    "max_position_embeddings": 40960, "max_window_layers": 64, "model_type": "qwen3", "num_attention_heads": 64,
    "num_hidden_layers": 64, "num_key_value_heads": 8, "rope_scaling": null, "sliding_window": null,
    "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_sliding_window": false, "vocab_size": 151936})");
  EXPECT_EQ(config.architecture.head_dim, 128);  // not 5120 / 64
  expect_as_shipped(config.architecture, "qwen3-32b");
  EXPECT_NEAR(parameters(config.architecture), 32.76e9, 0.01 * 32.76e9);
  EXPECT_EQ(kv_bytes(config.architecture), Bytes(262144));
}

constexpr std::string_view qwen2_7b = R"({
    "hidden_size": 3584, "intermediate_size": 18944, "max_position_embeddings": 131072, "max_window_layers": 28,
    "model_type": "qwen2", "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4,
    "sliding_window": 131072, "tie_word_embeddings": false, "use_sliding_window": false, "vocab_size": 152064})";

TEST(ConfigJson, Qwen2NamesAWindowThatItDoesNotUse) {
  const ModelConfig config = read(qwen2_7b);
  EXPECT_FALSE(config.architecture.sliding_window);
  expect_as_shipped(config.architecture, "qwen2-7b");
  EXPECT_NEAR(parameters(config.architecture), 7.62e9, 0.01 * 7.62e9);
}

TEST(ConfigJson, Qwen2UsesItWhenAsked) {
  std::string text(qwen2_7b);
  const auto put = [&](std::string_view from, std::string_view to) {
    text.replace(text.find(from), from.size(), to);
  };
  put("\"use_sliding_window\": false", "\"use_sliding_window\": true");
  put("\"sliding_window\": 131072", "\"sliding_window\": 4096");
  put("\"max_window_layers\": 28", "\"max_window_layers\": 14");
  const ModelConfig config = read(text);
  ASSERT_TRUE(config.architecture.sliding_window);
  EXPECT_EQ(config.architecture.sliding_window->pattern, 2);
}

TEST(ConfigJson, Gemma3NestsItsTextConfigAndLeavesOutDefaults) {
  const ModelConfig config = read(R"({
    "architectures": ["Gemma3ForConditionalGeneration"], "boi_token_index": 255999, "mm_tokens_per_image": 256,
    "model_type": "gemma3",
    "text_config": {"hidden_size": 3840, "intermediate_size": 15360, "model_type": "gemma3_text",
      "num_attention_heads": 16, "num_hidden_layers": 48, "num_key_value_heads": 8,
      "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 1024},
    "torch_dtype": "bfloat16",
    "vision_config": {"hidden_size": 1152, "num_hidden_layers": 27, "model_type": "siglip_vision_model"}})");
  expect_as_shipped(config.architecture, "gemma-3-12b");
  EXPECT_NEAR(parameters(config.architecture), 11.77e9, 0.01 * 11.77e9);
  EXPECT_EQ(config.model_type, "gemma3_text");
  EXPECT_EQ(config.storage_type, "bfloat16");  // stands outside
  ASSERT_EQ(config.warnings.size(), 1u);
  EXPECT_EQ(config.warnings[0], "gemma3: only its language model is counted");
}

TEST(ConfigJson, Gemma3MayLeaveOutItsHeadsToo) {
  const ModelConfig config = read(R"({"model_type": "gemma3", "text_config": {"hidden_size": 2560,
    "intermediate_size": 10240, "model_type": "gemma3_text", "num_hidden_layers": 34, "sliding_window": 1024}})");
  expect_as_shipped(config.architecture, "gemma-3-4b");
}

TEST(ConfigJson, Mixtral) {
  const ModelConfig config = read(R"({
    "hidden_size": 4096, "intermediate_size": 14336, "max_position_embeddings": 32768, "model_type": "mixtral",
    "num_attention_heads": 32, "num_experts_per_tok": 2, "num_hidden_layers": 32, "num_key_value_heads": 8,
    "num_local_experts": 8, "sliding_window": null, "tie_word_embeddings": false, "vocab_size": 32000})");
  expect_as_shipped(config.architecture, "mixtral-8x7b");
  EXPECT_NEAR(parameters(config.architecture), 46.7e9, 0.01 * 46.7e9);
}

TEST(ConfigJson, Qwen3WithExperts) {
  const ModelConfig config = read(R"({
    "decoder_sparse_step": 1, "head_dim": 128, "hidden_size": 2048, "intermediate_size": 6144,
    "max_position_embeddings": 40960, "max_window_layers": 48, "mlp_only_layers": [], "model_type": "qwen3_moe",
    "moe_intermediate_size": 768, "norm_topk_prob": true, "num_attention_heads": 32, "num_experts": 128,
    "num_experts_per_tok": 8, "num_hidden_layers": 48, "num_key_value_heads": 4, "sliding_window": null,
    "tie_word_embeddings": false, "use_sliding_window": false, "vocab_size": 151936})");
  expect_as_shipped(config.architecture, "qwen3-30b-a3b");
  EXPECT_NEAR(parameters(config.architecture), 30.53e9, 0.01 * 30.53e9);
}

TEST(ConfigJson, DeepSeekV3CachesLatents) {
  const ModelConfig config = read(R"({
    "first_k_dense_replace": 3, "hidden_size": 7168, "intermediate_size": 18432, "kv_lora_rank": 512,
    "max_position_embeddings": 163840, "model_type": "deepseek_v3", "moe_intermediate_size": 2048,
    "moe_layer_freq": 1, "n_group": 8, "n_routed_experts": 256, "n_shared_experts": 1, "num_attention_heads": 128,
    "num_experts_per_tok": 8, "num_hidden_layers": 61, "num_key_value_heads": 128, "num_nextn_predict_layers": 1,
    "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
    "quantization_config": {"activation_scheme": "dynamic", "fmt": "e4m3", "quant_method": "fp8",
      "weight_block_size": [128, 128]},
    "tie_word_embeddings": false, "torch_dtype": "bfloat16", "v_head_dim": 128, "vocab_size": 129280})");
  expect_as_shipped(config.architecture, "deepseek-v3");
  EXPECT_EQ(kv_bytes(config.architecture), Bytes(70272));
  EXPECT_NEAR(parameters(config.architecture), 671.03e9, 0.01 * 671.03e9);
  ASSERT_TRUE(config.quantization);
  EXPECT_EQ(config.quantization->scheme, "w8a8-fp8-block");
}

TEST(ConfigJson, GptOssAlternatesWindows) {
  std::string types;
  for (int i = 0; i < 24; ++i)
    types += format("{}\"{}\"", i > 0 ? ", " : "", i % 2 == 0 ? "sliding_attention" : "full_attention");
  const ModelConfig config = read(format(R"({{
    "attention_bias": true, "experts_per_token": 4, "head_dim": 64, "hidden_size": 2880, "intermediate_size": 2880,
    "layer_types": [{}], "max_position_embeddings": 131072, "model_type": "gpt_oss", "num_attention_heads": 64,
    "num_experts_per_tok": 4, "num_hidden_layers": 24, "num_key_value_heads": 8, "num_local_experts": 32,
    "quantization_config": {{"modules_to_not_convert": ["model.layers.*.self_attn", "lm_head"],
      "quant_method": "mxfp4"}},
    "sliding_window": 128, "tie_word_embeddings": false, "vocab_size": 201088}})",
                                         types));
  expect_as_shipped(config.architecture, "gpt-oss-20b");
  EXPECT_NEAR(parameters(config.architecture), 20.91e9, 0.01 * 20.91e9);
  ASSERT_TRUE(config.quantization);
  EXPECT_EQ(config.quantization->description, "MXFP4 weights in groups of 32");
  EXPECT_EQ(config.quantization->kept.size(), 2u);
}

TEST(ConfigJson, Phi3HasAWindowOnEveryLayer) {
  const ModelConfig config = read(R"({
    "hidden_size": 3072, "intermediate_size": 8192, "max_position_embeddings": 4096, "model_type": "phi3",
    "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32, "sliding_window": 2047,
    "tie_word_embeddings": false, "torch_dtype": "bfloat16", "vocab_size": 32064})");
  expect_as_shipped(config.architecture, "phi-3-mini");
  EXPECT_NEAR(parameters(config.architecture), 3.82e9, 0.01 * 3.82e9);
}

TEST(ConfigJson, AWindowBeyondTheContextIsNone) {
  const ModelConfig config = read(R"({
    "hidden_size": 3072, "intermediate_size": 8192, "max_position_embeddings": 131072, "model_type": "phi3",
    "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32, "sliding_window": 262144,
    "vocab_size": 32064})");
  EXPECT_FALSE(config.architecture.sliding_window);
}

TEST(ConfigJson, Glm4WithExperts) {
  const ModelConfig config = read(R"({
    "attention_bias": true, "first_k_dense_replace": 1, "head_dim": 128, "hidden_size": 4096,
    "intermediate_size": 10944, "max_position_embeddings": 131072, "model_type": "glm4_moe",
    "moe_intermediate_size": 1408, "n_routed_experts": 128, "n_shared_experts": 1, "num_attention_heads": 96,
    "num_experts_per_tok": 8, "num_hidden_layers": 46, "num_key_value_heads": 8, "num_nextn_predict_layers": 1,
    "partial_rotary_factor": 0.5, "tie_word_embeddings": false, "use_qk_norm": false, "vocab_size": 151552})");
  expect_as_shipped(config.architecture, "glm-4.5-air");
  EXPECT_NEAR(parameters(config.architecture), 106.85e9, 0.01 * 106.85e9);
}

TEST(ConfigJson, OlderFamilies) {
  expect_as_shipped(
      read(R"({"model_type": "opt", "ffn_dim": 10240, "hidden_size": 2560, "num_attention_heads": 32,
    "num_hidden_layers": 32, "max_position_embeddings": 2048, "vocab_size": 50272, "word_embed_proj_dim": 2560})")
          .architecture,
      "opt-2.7b");
  expect_as_shipped(read(R"({"model_type": "gpt_neox", "hidden_size": 2560, "intermediate_size": 10240,
    "max_position_embeddings": 2048, "num_attention_heads": 32, "num_hidden_layers": 32, "tie_word_embeddings": false,
    "vocab_size": 50280})")
                        .architecture,
                    "dolly-v2-3b");
  expect_as_shipped(read(R"({"model_type": "phi", "hidden_size": 2560, "intermediate_size": 10240,
    "max_position_embeddings": 2048, "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": null,
    "tie_word_embeddings": false, "vocab_size": 51200})")
                        .architecture,
                    "phi-2");
  expect_as_shipped(
      read(R"({"model_type": "gemma2", "head_dim": 256, "hidden_size": 3584, "intermediate_size": 14336,
    "max_position_embeddings": 8192, "num_attention_heads": 16, "num_hidden_layers": 42, "num_key_value_heads": 8,
    "sliding_window": 4096, "vocab_size": 256000})")
          .architecture,
      "gemma-2-9b");
  expect_as_shipped(read(R"({"model_type": "granite", "hidden_size": 4096, "intermediate_size": 12800,
    "max_position_embeddings": 131072, "num_attention_heads": 32, "num_hidden_layers": 40, "num_key_value_heads": 8,
    "tie_word_embeddings": true, "vocab_size": 49155})")
                        .architecture,
                    "granite-3.1-8b");
}

TEST(ConfigJson, LinearAttentionIsAWindowAsLargeAsItsState) {
  const ModelConfig config =
      read(R"({"model_type": "qwen3_next", "full_attention_interval": 4, "head_dim": 256,
    "hidden_size": 2048, "intermediate_size": 5120, "linear_key_head_dim": 128, "linear_num_value_heads": 32,
    "linear_value_head_dim": 128, "max_position_embeddings": 262144, "moe_intermediate_size": 512,
    "num_attention_heads": 16, "num_experts": 512, "num_experts_per_tok": 10, "num_hidden_layers": 48,
    "num_key_value_heads": 2, "shared_expert_intermediate_size": 512, "vocab_size": 151936})");
  ASSERT_TRUE(config.architecture.sliding_window);
  EXPECT_EQ(config.architecture.sliding_window->window, 512);
  EXPECT_EQ(config.architecture.sliding_window->pattern, 4);
  EXPECT_TRUE(config.architecture.approximate);
  EXPECT_EQ(config.warnings.size(), 2u);
}

TEST(ConfigJson, AnUnknownTypeIsReadLikeALlama) {
  const ModelConfig config = read(R"({"model_type": "novel", "hidden_size": 64, "intermediate_size": 128,
    "num_attention_heads": 4, "num_hidden_layers": 2, "vocab_size": 100})");
  EXPECT_TRUE(config.architecture.approximate);
  EXPECT_EQ(config.architecture.kv_heads, 4);
  EXPECT_EQ(config.architecture.head_dim, 16);
  ASSERT_EQ(config.warnings.size(), 1u);
  EXPECT_EQ(config.warnings[0], "the model_type \"novel\" is not known; read as if it were a Llama");
}

TEST(ConfigJson, DenseLayersAmongExpertsAreCounted) {
  const auto dense_layers = [](const std::string& keys) {
    return read(format(R"({{"model_type": "qwen2_moe", "hidden_size": 64, "intermediate_size": 128,
      "moe_intermediate_size": 32, "num_attention_heads": 4, "num_hidden_layers": 6, "num_experts": 8,
      "num_experts_per_tok": 2, "shared_expert_intermediate_size": 48, "vocab_size": 100{}}})",
                       keys))
        .architecture.moe->first_dense_layers;
  };
  EXPECT_EQ(dense_layers(""), 0);
  EXPECT_EQ(dense_layers(R"(, "decoder_sparse_step": 2)"), 3);
  EXPECT_EQ(dense_layers(R"(, "mlp_only_layers": [0, 5, 5])"), 2);
  EXPECT_EQ(dense_layers(R"(, "moe_layer_freq": [0, 1, 1, 1, 1, 1])"), 1);
}

struct QuantizationExample {
  const char* json;
  const char* scheme;
  const char* description;
};

TEST(QuantizationConfig, NamesTheSchemeThatComesClosest) {
  const QuantizationExample examples[] = {
      {R"({"quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": false, "sym": true})", "w4a16",
       "GPTQ, 4-bit weights in groups of 128"},
      {R"({"quant_method": "gptq", "bits": 8, "group_size": -1})", "w8a16-int8", "GPTQ, 8-bit weights"},
      {R"({"quant_method": "awq", "bits": 4, "group_size": 32, "version": "gemm", "zero_point": true})",
       "w4a16-g32", "AWQ, 4-bit weights in groups of 32"},
      {R"({"quant_method": "compressed-tensors", "format": "float-quantized", "ignore": ["lm_head"], "config_groups":
          {"group_0": {"targets": ["Linear"], "weights": {"num_bits": 8, "type": "float", "strategy": "channel"},
          "input_activations": {"num_bits": 8, "type": "float", "dynamic": true}}}})",
       "w8a8-fp8", "compressed-tensors, FP8 weights, FP8 activations"},
      {R"({"quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": {"num_bits": 8, "type": "int"},
          "input_activations": {"num_bits": 8, "type": "int"}}}})",
       "w8a8-int8", "compressed-tensors, INT8 weights, INT8 activations"},
      {R"({"config_groups": {"group_0": {"weights": {"num_bits": 4, "type": "int", "group_size": 128},
          "input_activations": null}}})",
       "w4a16", "compressed-tensors, INT4 weights in groups of 128"},
      {R"({"quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": {"num_bits": 4, "type": "float",
          "group_size": 16}, "input_activations": {"num_bits": 4, "type": "float"}}}})",
       "nvfp4", "compressed-tensors, FP4 weights in groups of 16, FP4 activations"},
      {R"({"quant_method": "fp8", "activation_scheme": "static"})", "w8a8-fp8",
       "FP8 weights and activations"},
      {R"({"quant_method": "bitsandbytes", "load_in_4bit": true, "bnb_4bit_quant_type": "nf4",
          "bnb_4bit_use_double_quant": true})",
       "bnb-nf4-dq", "bitsandbytes, NF4 weights, scales quantized too"},
      {R"({"quant_method": "bitsandbytes", "load_in_8bit": true})", "bnb-int8-decomp",
       "bitsandbytes, INT8 weights"},
      {R"({"quant_method": "modelopt", "quant_algo": "NVFP4"})", "nvfp4", "ModelOpt NVFP4"},
      {R"({"quant_method": "novel", "bits": 3})", "", "novel, 3-bit weights"},
  };
  for (const QuantizationExample& example : examples) {
    const ModelConfig config =
        read(format(R"({{"model_type": "llama", "hidden_size": 64, "intermediate_size": 128,
      "num_attention_heads": 4, "num_hidden_layers": 2, "vocab_size": 100, "quantization_config": {}}})",
                    example.json));
    ASSERT_TRUE(config.quantization) << example.json;
    EXPECT_EQ(config.quantization->scheme, example.scheme);
    EXPECT_EQ(config.quantization->description, example.description);
    if (!config.quantization->scheme.empty()) {
      EXPECT_NE(built_in_catalog().schemes.find(config.quantization->scheme), nullptr) << example.scheme;
    }
  }
}

}  // namespace
}  // namespace bitworth::formats
