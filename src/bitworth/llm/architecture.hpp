#pragma once

#include <optional>
#include <string>

#include "bitworth/units/quantity.hpp"

namespace bitworth::llm {

/// A feed-forward part made of experts, of which each token visits a few.
struct MixtureOfExperts {
  int experts = 0;
  int experts_per_token = 0;
  int expert_ffn = 0;          ///< width of one expert
  int shared_ffn = 0;          ///< width that every token visits besides, 0 for none
  int first_dense_layers = 0;  ///< leading layers with Architecture::ffn instead of experts
};

/// Multi-head latent attention (DeepSeek): the cache holds one latent vector per token and layer.
struct LatentAttention {
  int kv_rank = 0;
  int q_rank = 0;  ///< 0: queries are not compressed
  int rope_dim = 0;
  int nope_dim = 0;
  int v_dim = 0;
};

/// Layers that attend to the last `window` tokens only.
struct SlidingWindow {
  int window = 0;
  int pattern = 0;  ///< one layer in `pattern` is global; 0: every layer is windowed
};

/// The shape of a transformer, as its published configuration gives it.
struct Architecture {
  std::string id;
  std::string name;
  int layers = 0;
  int hidden = 0;
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;  ///< read it, never hidden / heads: Qwen3-32B has 128, not 80
  int ffn = 0;
  bool gated_ffn = true;  ///< SwiGLU: three matrices; else two
  int vocab = 0;
  bool tied_embeddings = false;
  int max_context = 0;  ///< 0: not stated
  std::optional<MixtureOfExperts> moe;
  std::optional<LatentAttention> mla;
  std::optional<SlidingWindow> sliding_window;
  std::optional<double> published_parameters;  ///< as published or summed from the weights
  bool approximate = false;                    ///< dimensions derived from total and active parameters
  std::string published_as;  ///< the scheme it was trained for or published in; empty: 16 bits
  std::string source;
  std::string date;
};

/// Parameters by tensor class; norms and biases (below 0.1 %) are left out.
struct ParameterCounts {
  double attention = 0;  ///< all layers
  double dense_ffn = 0;  ///< all layers, shared experts included
  double experts = 0;    ///< all routed experts of all layers
  double router = 0;
  double embedding = 0;
  double lm_head = 0;  ///< 0 when tied to the embedding
  double total() const { return attention + dense_ffn + experts + router + embedding + lm_head; }
};
ParameterCounts count_parameters(const Architecture&);

/// Layers that hold experts; 0 for a dense architecture.
int expert_layers(const Architecture&);

/// Parameters of one routed expert in one layer.
double parameters_per_expert(const Architecture&);

/// Distinct experts of a layer that a step of so many tokens reads, under uniform routing:
/// E (1 - (1 - k/E)^tokens). An upper bound: correlated routing touches fewer.
double expected_experts(const MixtureOfExperts&, double tokens);

/// Layer-tokens that the attention of one sequence of that length covers: the sum over layers of
/// min(context, window).
double attended_layer_tokens(const Architecture&, double context);

}  // namespace bitworth::llm
