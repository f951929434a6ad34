#include "bitworth/llm/architecture.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::llm {
namespace {

double attention_parameters_per_layer(const Architecture& a) {
  const double hidden = a.hidden;
  if (a.mla) {
    const LatentAttention& mla = *a.mla;
    const double q_out = double(a.heads) * (mla.nope_dim + mla.rope_dim);
    const double q = mla.q_rank > 0 ? mla.q_rank * (hidden + q_out) : hidden * q_out;
    const double kv =
        hidden * (mla.kv_rank + mla.rope_dim) + double(mla.kv_rank) * a.heads * (mla.nope_dim + mla.v_dim);
    return q + kv + double(a.heads) * mla.v_dim * hidden;
  }
  return hidden * (a.heads + 2.0 * a.kv_heads) * a.head_dim + double(a.heads) * a.head_dim * hidden;
}

}  // namespace

int expert_layers(const Architecture& a) {
  return a.moe ? a.layers - a.moe->first_dense_layers : 0;
}

double parameters_per_expert(const Architecture& a) {
  return a.moe ? (a.gated_ffn ? 3.0 : 2.0) * a.hidden * a.moe->expert_ffn : 0;
}

ParameterCounts count_parameters(const Architecture& a) {
  const double matrices = a.gated_ffn ? 3 : 2;
  const int moe_layers = expert_layers(a);
  ParameterCounts counts;
  counts.attention = a.layers * attention_parameters_per_layer(a);
  counts.dense_ffn = (a.layers - moe_layers) * matrices * a.hidden * a.ffn;
  if (a.moe) {
    counts.dense_ffn += moe_layers * matrices * a.hidden * a.moe->shared_ffn;
    counts.experts = double(moe_layers) * a.moe->experts * parameters_per_expert(a);
    counts.router = double(moe_layers) * a.moe->experts * a.hidden;
  }
  counts.embedding = double(a.vocab) * a.hidden;
  counts.lm_head = a.tied_embeddings ? 0 : counts.embedding;
  return counts;
}

double expected_experts(const MixtureOfExperts& moe, double tokens) {
  const double untouched = 1.0 - double(moe.experts_per_token) / moe.experts;
  return moe.experts * (1.0 - std::pow(untouched, tokens));
}

double attended_layer_tokens(const Architecture& a, double context) {
  if (!a.sliding_window) return a.layers * context;
  const SlidingWindow& sliding = *a.sliding_window;
  const double global = sliding.pattern > 0 ? std::floor(double(a.layers) / sliding.pattern) : 0;
  return global * context + (a.layers - global) * std::min<double>(context, sliding.window);
}

}  // namespace bitworth::llm
