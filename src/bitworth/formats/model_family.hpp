#pragma once

#include <string_view>

namespace bitworth::formats {

/// Which layers a window applies to where a configuration does not list them.
enum class WindowRule {
  never,  ///< the engine ignores the key
  every_layer,
  one_global_in,      ///< of `pattern` layers one sees everything
  only_if_asked_for,  ///< use_sliding_window = true, from layer max_window_layers on
};

/// What a model_type implies and its config.json may leave out; 0: nothing is implied.
struct ModelFamily {
  std::string_view model_type;
  bool gated_ffn = true;
  bool tied_embeddings = false;
  WindowRule window_rule = WindowRule::never;
  int pattern = 0;
  int window = 0;
  int head_dim = 0;
  int heads = 0;
  int kv_heads = 0;
  int vocab = 0;
  int max_context = 0;
  bool experts_have_ffn_width = false;  ///< intermediate_size is that of an expert
};

/// Null: not known.
const ModelFamily* find_model_family(std::string_view model_type);

}  // namespace bitworth::formats
