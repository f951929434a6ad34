#pragma once

#include <string_view>
#include <vector>

#include "tests/support/model_bytes.hpp"

namespace bitworth::tests {

/// Where fuzzing and mutation begin: small inputs that reach every part of a reader.

inline ByteString text_bytes(std::string_view text) {
  ByteString bytes;
  append(bytes, text.data(), text.size());
  return bytes;
}

inline std::vector<ByteString> safetensors_seeds() {
  return {
      safetensors_bytes("{}", 0),
      safetensors_bytes(R"({"__metadata__": {"format": "pt"}, "a.weight": {"dtype": "BF16", "shape": [4, 8],
            "data_offsets": [0, 64]}, "b\u00e9": {"dtype": "F4", "shape": [64], "data_offsets": [64, 96]}})",
                        96),
      text_bytes(R"({"metadata": {"total_size": 96}, "weight_map": {"a": "m-00001-of-00002.safetensors",
            "b": "m-00002-of-00002.safetensors"}})")};
}

inline std::vector<ByteString> gguf_seeds() {
  return {gguf_bytes(""), gguf_bytes(R"(
            value general.architecture str llama
            value general.alignment u32 64
            value llama.block_count u32 1
            value llama.embedding_length u64 256
            value llama.feed_forward_length u32 512
            array llama.attention.head_count i32 8
            value llama.attention.head_count_kv u16 2
            value llama.attention.sliding_window u32 128
            value llama.rope.freq_base f32 10000
            value llama.some f64 0.5
            value tokenizer.ggml.add_bos_token bool true
            array tokenizer.ggml.tokens str a b c
            array tokenizer.ggml.scores f32 0 -1 -2
            tensor token_embd.weight Q8_0 256 3
            tensor blk.0.attn_q.weight Q4_K 256 256
            tensor blk.0.ffn_norm.weight F32 256
            tensor blk.0.ffn_gate.weight MXFP4 256 512
          )"),
          gguf_bytes(R"(
            value general.architecture str deepseek2
            value deepseek2.block_count u32 2
            value deepseek2.embedding_length u32 64
            value deepseek2.attention.head_count u32 4
            value deepseek2.attention.kv_lora_rank u32 16
            value deepseek2.attention.key_length_mla u32 24
            value deepseek2.rope.dimension_count u32 8
            value deepseek2.feed_forward_length u32 128
            value deepseek2.expert_count u32 8
            value deepseek2.expert_used_count u32 2
            value deepseek2.expert_feed_forward_length u32 32
            value deepseek2.leading_dense_block_count u32 1
            value deepseek2.full_attention_interval u32 2
            value deepseek2.ssm.inner_size u32 64
            value deepseek2.vocab_size u32 100
          )")};
}

inline std::vector<ByteString> config_json_seeds() {
  return {
      text_bytes(
          R"({"model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_attention_heads": 4,
            "num_hidden_layers": 2, "num_key_value_heads": 2, "tie_word_embeddings": true, "vocab_size": 100,
            "torch_dtype": "bfloat16", "sliding_window": 16, "layer_types": ["sliding_attention", "full_attention"]})"),
      text_bytes(R"({"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "hidden_size": 64,
            "intermediate_size": 128, "num_hidden_layers": 6, "sliding_window": 8}, "quantization_config":
            {"quant_method": "compressed-tensors", "ignore": ["lm_head"], "config_groups": {"g": {"weights":
            {"num_bits": 4, "type": "int", "group_size": 128}, "input_activations": {"num_bits": 8}}}}})"),
      text_bytes(
          R"({"model_type": "deepseek_v3", "hidden_size": 64, "intermediate_size": 128, "kv_lora_rank": 16,
            "num_attention_heads": 4, "num_hidden_layers": 4, "qk_nope_head_dim": 16, "qk_rope_head_dim": 8,
            "v_head_dim": 16, "n_routed_experts": 8, "n_shared_experts": 1, "num_experts_per_tok": 2,
            "moe_intermediate_size": 32, "first_k_dense_replace": 1, "vocab_size": 100, "quantization_config":
            {"quant_method": "fp8", "weight_block_size": [128, 128]}})"),
      text_bytes(
          R"({"model_type": "qwen3_next", "full_attention_interval": 2, "hidden_size": 64, "head_dim": 16,
            "intermediate_size": 128, "num_attention_heads": 4, "num_hidden_layers": 4, "vocab_size": 100,
            "num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 32, "decoder_sparse_step": 2,
            "mlp_only_layers": [0], "quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": true}})")};
}

}  // namespace bitworth::tests
