#include "bitworth/formats/model_family.hpp"

#include <algorithm>
#include <iterator>

namespace bitworth::formats {
namespace {

using enum WindowRule;

// Source: the defaults of the configuration classes in Hugging Face transformers.
constexpr ModelFamily families[] = {
    {.model_type = "llama"},
    {.model_type = "mistral", .window_rule = every_layer},
    {.model_type = "ministral", .window_rule = every_layer},
    {.model_type = "mixtral", .window_rule = every_layer, .experts_have_ffn_width = true},
    {.model_type = "qwen2", .window_rule = only_if_asked_for},
    {.model_type = "qwen2_moe", .window_rule = only_if_asked_for},
    {.model_type = "qwen3", .window_rule = only_if_asked_for, .head_dim = 128},
    {.model_type = "qwen3_moe", .window_rule = only_if_asked_for},
    {.model_type = "gemma", .tied_embeddings = true, .head_dim = 256, .vocab = 256000, .max_context = 8192},
    {.model_type = "gemma2",
     .tied_embeddings = true,
     .window_rule = one_global_in,
     .pattern = 2,
     .window = 4096,
     .head_dim = 256,
     .vocab = 256000,
     .max_context = 8192},
    {.model_type = "gemma3_text",
     .tied_embeddings = true,
     .window_rule = one_global_in,
     .pattern = 6,
     .window = 4096,
     .head_dim = 256,
     .heads = 8,
     .kv_heads = 4,
     .vocab = 262208,
     .max_context = 131072},
    {.model_type = "phi", .gated_ffn = false},
    {.model_type = "phi3", .window_rule = every_layer},
    {.model_type = "deepseek_v2"},
    {.model_type = "deepseek_v3"},
    {.model_type = "kimi_k2"},
    {.model_type = "glm4_moe_lite"},
    {.model_type = "gpt_oss",
     .window_rule = one_global_in,
     .pattern = 2,
     .window = 128,
     .head_dim = 64,
     .experts_have_ffn_width = true},
    {.model_type = "glm4", .head_dim = 128},
    {.model_type = "glm4_moe", .head_dim = 128},
    {.model_type = "granite"},
    {.model_type = "granitemoe", .experts_have_ffn_width = true},
    {.model_type = "minimax_m2", .experts_have_ffn_width = true},
    {.model_type = "starcoder2", .gated_ffn = false, .tied_embeddings = true, .window_rule = every_layer},
    {.model_type = "opt", .gated_ffn = false, .tied_embeddings = true},
    {.model_type = "gpt_neox", .gated_ffn = false},
    {.model_type = "stablelm"},
    {.model_type = "olmo"},
    {.model_type = "olmo2"},
    {.model_type = "smollm3", .tied_embeddings = true},
};

}  // namespace

const ModelFamily* find_model_family(std::string_view model_type) {
  // A multimodal Gemma 3 names its language part only sometimes.
  if (model_type == "gemma3") model_type = "gemma3_text";
  const auto found = std::ranges::find(families, model_type, &ModelFamily::model_type);
  return found == std::end(families) ? nullptr : &*found;
}

}  // namespace bitworth::formats
