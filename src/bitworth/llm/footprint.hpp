#pragma once

#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/scheme.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::llm {

/// Bytes of the weights by tensor class; they sum to the total.
struct WeightBytes {
  Bytes attention;
  Bytes dense_ffn;
  Bytes experts;
  Bytes router;
  Bytes embedding;  ///< holds the lm_head too when tied
  Bytes lm_head;
  Bytes total() const { return attention + dense_ffn + experts + router + embedding + lm_head; }
};

/// What the weights weigh in a scheme. Assumes: the router stays at 16 bits.
WeightBytes weight_bytes(const Architecture&, const Scheme&);

/// KV cache of one sequence of that many tokens, all layers; sliding windows are capped at their width.
Bytes kv_cache_bytes(const Architecture&, const KvFormat&, double context_tokens);

/// KV cache that one more token adds while no window is full.
Bytes kv_bytes_per_token(const Architecture&, const KvFormat&);

/// The ways that tensor parallelism divides the KV cache: heads replicate beyond their number, latents
/// always.
int kv_shards(const Architecture&, int tensor_parallel);

}  // namespace bitworth::llm
