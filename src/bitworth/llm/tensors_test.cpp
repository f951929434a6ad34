#include "bitworth/llm/tensors.hpp"

#include <gtest/gtest.h>

namespace bitworth::llm {
namespace {

TEST(TensorClass, OfHuggingFaceNames) {
  const std::pair<const char*, TensorClass> names[] = {
      {"model.embed_tokens.weight", TensorClass::embedding},
      {"model.layers.0.self_attn.q_proj.weight", TensorClass::attention},
      {"model.layers.0.self_attn.q_norm.weight", TensorClass::norm},
      {"model.layers.0.self_attn.kv_a_layernorm.weight", TensorClass::norm},
      {"model.layers.0.self_attn.sinks", TensorClass::attention},
      {"model.layers.0.linear_attn.in_proj_qkvz.weight", TensorClass::attention},
      {"model.layers.0.post_attention_layernorm.weight", TensorClass::norm},
      {"model.layers.0.mlp.gate_proj.weight", TensorClass::dense_ffn},
      {"model.layers.0.mlp.gate_up_proj.weight", TensorClass::dense_ffn},
      {"model.layers.0.mlp.gate.weight", TensorClass::router},
      {"model.layers.0.mlp.gate.e_score_correction_bias", TensorClass::router},
      {"model.layers.0.mlp.router.bias", TensorClass::router},
      {"model.layers.0.mlp.experts.7.down_proj.weight", TensorClass::experts},
      {"model.layers.0.mlp.experts.gate_up_proj_blocks", TensorClass::experts},
      {"model.layers.0.mlp.shared_experts.up_proj.weight", TensorClass::dense_ffn},
      {"model.layers.0.mlp.shared_expert_gate.weight", TensorClass::router},
      {"model.layers.0.block_sparse_moe.gate.weight", TensorClass::router},
      {"model.layers.0.block_sparse_moe.experts.0.w1.weight", TensorClass::experts},
      {"model.decoder.layers.0.fc1.weight", TensorClass::dense_ffn},
      {"model.decoder.embed_positions.weight", TensorClass::embedding},
      {"gpt_neox.layers.0.attention.query_key_value.weight", TensorClass::attention},
      {"gpt_neox.layers.0.mlp.dense_h_to_4h.weight", TensorClass::dense_ffn},
      {"gpt_neox.embed_in.weight", TensorClass::embedding},
      {"embed_out.weight", TensorClass::lm_head},
      {"model.norm.weight", TensorClass::norm},
      {"lm_head.weight", TensorClass::lm_head},
      {"vision_tower.encoder.layers.0.self_attn.q_proj.weight", TensorClass::other},
      {"model.layers.0.self_attn.rotary_emb.inv_freq", TensorClass::other},
      {"something.else", TensorClass::other},
  };
  for (const auto& [name, expected] : names)
    EXPECT_EQ(to_text(tensor_class(name)), to_text(expected)) << name;
}

TEST(TensorClass, OfGgufNames) {
  const std::pair<const char*, TensorClass> names[] = {
      {"token_embd.weight", TensorClass::embedding},
      {"output.weight", TensorClass::lm_head},
      {"output_norm.weight", TensorClass::norm},
      {"blk.0.attn_q.weight", TensorClass::attention},
      {"blk.0.attn_output.weight", TensorClass::attention},
      {"blk.0.attn_norm.weight", TensorClass::norm},
      {"blk.0.attn_kv_a_mqa.weight", TensorClass::attention},
      {"blk.0.ssm_out.weight", TensorClass::attention},
      {"blk.0.ffn_gate.weight", TensorClass::dense_ffn},
      {"blk.0.ffn_norm.weight", TensorClass::norm},
      {"blk.0.ffn_gate_exps.weight", TensorClass::experts},
      {"blk.0.ffn_down_shexp.weight", TensorClass::dense_ffn},
      {"blk.0.ffn_gate_inp.weight", TensorClass::router},
      {"blk.0.exp_probs_b.bias", TensorClass::router},
      {"blk.0.ffn_gate_inp_shexp.weight", TensorClass::router},
      {"rope_freqs.weight", TensorClass::other},
  };
  for (const auto& [name, expected] : names)
    EXPECT_EQ(to_text(tensor_class(name)), to_text(expected)) << name;
}

TEST(TensorSummary, SumsToTheFile) {
  TensorTable table;
  table.tensors = {{"blk.0.attn_q.weight", {256, 256}, "Q4_K", 65536, 36864},
                   {"blk.0.attn_v.weight", {256, 256}, "Q6_K", 65536, 53760},
                   {"blk.0.attn_norm.weight", {256}, "F32", 256, 1024},
                   {"rope_freqs.weight", {32}, "F32", 32, 128}};
  table.header_bytes = 1000;
  table.padding_bytes = 24;
  table.file_bytes = 1024 + 36864 + 53760 + 1024 + 128;
  const TensorSummary summary = summarize(table);
  EXPECT_EQ(summary.total_bytes(), table.file_bytes);
  ASSERT_EQ(summary.classes.size(), 3u);
  const ClassBytes* attention = summary.find(TensorClass::attention);
  ASSERT_NE(attention, nullptr);
  EXPECT_EQ(attention->types.front().type, "Q6_K");  // the most bytes
  EXPECT_DOUBLE_EQ(*bits_per_weight(*attention), (4.5 + 6.5625) / 2);
  EXPECT_EQ(summary.find(TensorClass::experts), nullptr);
  EXPECT_EQ(summary.parameters(), 2 * 65536u + 256);  // rotary tables are no parameters
}

TEST(TensorSummary, ScalesHoldNoWeights) {
  EXPECT_EQ(bits_per_weight(TensorInfo{"scales", {4}, "F16", 0, 8}), std::nullopt);
  EXPECT_DOUBLE_EQ(*bits_per_weight(TensorInfo{"w", {4}, "F16", 4, 8}), 16);
}

}  // namespace
}  // namespace bitworth::llm
