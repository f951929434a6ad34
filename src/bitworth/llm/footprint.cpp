#include "bitworth/llm/footprint.hpp"

#include <algorithm>

namespace bitworth::llm {
namespace {

constexpr double bits_per_byte = 8;

double kv_values_per_layer_token(const Architecture& a) {
  return a.mla ? a.mla->kv_rank + a.mla->rope_dim : 2.0 * a.kv_heads * a.head_dim;
}

}  // namespace

WeightBytes weight_bytes(const Architecture& a, const Scheme& scheme) {
  const ParameterCounts counts = count_parameters(a);
  const auto bytes = [](double parameters, double bits) { return Bytes(parameters * bits / bits_per_byte); };
  return {.attention = bytes(counts.attention, scheme.weight_bits),
          .dense_ffn = bytes(counts.dense_ffn, scheme.weight_bits),
          .experts = bytes(counts.experts, scheme.weight_bits),
          .router = bytes(counts.router, 16),
          .embedding = bytes(counts.embedding, scheme.embedding_bits),
          .lm_head = bytes(counts.lm_head, scheme.lm_head_bits)};
}

Bytes kv_cache_bytes(const Architecture& a, const KvFormat& kv, double context_tokens) {
  return Bytes(attended_layer_tokens(a, context_tokens) * kv_values_per_layer_token(a) * kv.bits /
               bits_per_byte);
}

Bytes kv_bytes_per_token(const Architecture& a, const KvFormat& kv) {
  return Bytes(a.layers * kv_values_per_layer_token(a) * kv.bits / bits_per_byte);
}

int kv_shards(const Architecture& a, int tensor_parallel) {
  return a.mla ? 1 : std::min(tensor_parallel, a.kv_heads);
}

}  // namespace bitworth::llm
