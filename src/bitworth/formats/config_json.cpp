#include "bitworth/formats/config_json.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/architecture_facts.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/json_fields.hpp"
#include "bitworth/formats/model_family.hpp"
#include "bitworth/formats/quantization_config.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

// Real ones take a few KiB, or some hundred where they list modules that stay unquantized.
constexpr std::size_t largest_config = 1 << 20;

using Keys = std::initializer_list<const char*>;

class ConfigReader {
 public:
  ConfigReader(const JsonFields& config, const std::string& model_type)
      : in_(config),
        known_(find_model_family(model_type)),
        family_(known_ != nullptr ? *known_ : ModelFamily{}) {
    config_.model_type = model_type;
  }

  ModelConfig config() {
    warn_of_unknown();
    read_shape();
    read_attention();
    read_experts();
    if (!missing_.empty()) fail_missing();
    for (const std::string& problem : contradictions(a_)) in_.fail(ErrorKind::inconsistent, problem);
    read_windows();
    config_.storage_type = in_.text(in_.has("dtype") ? "dtype" : "torch_dtype");
    config_.quantization = read_quantization(in_, config_.warnings);
    return std::move(config_);
  }

 private:
  void warn(std::string warning) {
    if (!warning.empty()) config_.warnings.push_back(std::move(warning));
  }

  void warn_of_unknown() {
    if (known_ != nullptr) return;
    a_.approximate = true;
    warn(format("the model_type \"{}\" is not known; read as if it were a Llama", config_.model_type));
  }

  [[noreturn]] void fail_missing() {
    const bool unknown = known_ == nullptr;
    in_.fail(unknown ? ErrorKind::unsupported : ErrorKind::malformed,
             format("{}{} {} missing",
                    unknown ? format("the model_type \"{}\" is not known, and ", config_.model_type) : "",
                    listed(missing_), missing_.size() == 1 ? "is" : "are"));
  }

  int required(Keys keys, int implied = 0) {
    const std::optional<int> value = in_.dimension(keys);
    if (value) return *value;
    if (implied > 0) return implied;
    const bool zero = std::ranges::any_of(keys, [&](const char* key) { return in_.has(key); });
    missing_.push_back(zero ? format("a {} above 0", *keys.begin()) : *keys.begin());
    return 1;
  }

  void read_shape() {
    a_.layers = required({"num_hidden_layers", "n_layer", "num_layers"});
    a_.hidden = required({"hidden_size", "n_embd", "d_model"});
    a_.vocab = required({"vocab_size", "padded_vocab_size"}, family_.vocab);
    a_.max_context =
        in_.dimension({"max_position_embeddings", "n_positions", "seq_length"}).value_or(family_.max_context);
    a_.tied_embeddings = in_.boolean("tie_word_embeddings").value_or(family_.tied_embeddings);
    a_.gated_ffn = family_.gated_ffn;
    const std::string path = in_.text("_name_or_path");
    a_.name = path.substr(path.find_last_of('/') + 1);
  }

  void read_attention() {
    a_.heads = required({"num_attention_heads", "n_head"}, family_.heads);
    a_.kv_heads =
        in_.dimension("num_key_value_heads").value_or(family_.kv_heads > 0 ? family_.kv_heads : a_.heads);
    if (const std::optional<int> kv_rank = in_.dimension("kv_lora_rank")) return read_latents(*kv_rank);
    const std::optional<int> head_dim = in_.dimension({"head_dim", "attention_head_dim"});
    a_.head_dim = head_dim.value_or(family_.head_dim);
    if (a_.head_dim > 0 || !missing_.empty()) return;
    if (a_.hidden % a_.heads != 0)
      in_.fail(ErrorKind::inconsistent,
               format("no head_dim, and {} heads do not divide a hidden_size of {}", a_.heads, a_.hidden));
    a_.head_dim = a_.hidden / a_.heads;
  }

  void read_latents(int kv_rank) {
    llm::LatentAttention mla;
    mla.kv_rank = kv_rank;
    mla.q_rank = in_.dimension("q_lora_rank").value_or(0);
    mla.rope_dim = required({"qk_rope_head_dim"});
    mla.nope_dim = required({"qk_nope_head_dim"});
    mla.v_dim = required({"v_head_dim"});
    a_.mla = mla;
    a_.kv_heads = a_.heads;
    a_.head_dim = mla.nope_dim + mla.rope_dim;
  }

  void read_experts() {
    const Keys ffn_keys = {"intermediate_size", "ffn_dim", "n_inner", "ffn_hidden_size"};
    const std::optional<int> experts =
        in_.dimension({"num_local_experts", "num_experts", "n_routed_experts"});
    if (!experts) {
      a_.ffn = required(ffn_keys);
      return;
    }
    llm::MixtureOfExperts moe;
    moe.experts = *experts;
    moe.experts_per_token = required({"num_experts_per_tok", "experts_per_token", "moe_top_k"});
    const std::optional<int> expert_ffn = in_.dimension({"moe_intermediate_size", "expert_ffn_hidden_size"});
    const bool same_width = family_.experts_have_ffn_width || known_ == nullptr;
    moe.expert_ffn = expert_ffn || !same_width ? required({"moe_intermediate_size", "expert_ffn_hidden_size"})
                                               : required(ffn_keys);
    moe.shared_ffn = shared_width(moe.expert_ffn);
    moe.first_dense_layers = dense_layers();
    a_.ffn = moe.first_dense_layers > 0 ? required(ffn_keys) : 0;
    a_.moe = moe;
  }

  int shared_width(int expert_ffn) {
    if (const auto width = in_.dimension({"shared_expert_intermediate_size", "shared_intermediate_size"}))
      return *width;
    const std::int64_t width =
        std::int64_t{in_.dimension({"n_shared_experts", "num_shared_experts"}).value_or(0)} * expert_ffn;
    if (width > largest_dimension)
      in_.fail(ErrorKind::malformed,
               format("shared experts of together {} values; the limit is {}", width, largest_dimension));
    return static_cast<int>(width);
  }

  // Wherever they are: leading ones stand for all.
  int dense_layers() {
    if (const auto leading = in_.dimension("first_k_dense_replace")) return *leading;
    if (in_.is_list("moe_layer_freq")) {
      const std::vector<int> layers = in_.integers("moe_layer_freq");
      return static_cast<int>(std::ranges::count(layers, 0));
    }
    const int step =
        in_.dimension({"decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_freq"}).value_or(1);
    std::vector<int> dense =
        in_.is_list("mlp_only_layers") ? in_.integers("mlp_only_layers") : std::vector<int>();
    std::ranges::sort(dense);
    dense.erase(std::ranges::unique(dense).begin(), dense.end());
    const auto is_sparse = [&](int layer) { return (std::int64_t{layer} + 1) % step == 0; };
    const auto besides = std::ranges::count_if(dense, [&](int l) { return l < a_.layers && is_sparse(l); });
    return a_.layers - a_.layers / step + static_cast<int>(besides);
  }

  void read_windows() {
    if (in_.is_list("layer_types")) return read_layer_types();
    if (const auto interval = in_.dimension("full_attention_interval")) {
      return read_linear_layers(a_.layers / *interval);
    }
    const int window =
        in_.dimension("sliding_window").value_or(in_.has("sliding_window") ? 0 : family_.window);
    if (window == 0 || in_.boolean("use_sliding_window") == false) return;
    const auto pattern = in_.dimension({"sliding_window_pattern", "_sliding_window_pattern"});
    if (pattern) return warn(set_window(a_, window, a_.layers / *pattern));
    switch (family_.window_rule) {
      case WindowRule::never:
        if (known_ == nullptr)
          warn(format("its sliding_window of {} is ignored: no key says which layers have it", window));
        return;
      case WindowRule::every_layer:
        return warn(set_window(a_, window, 0));
      case WindowRule::one_global_in:
        return warn(set_window(a_, window, a_.layers / family_.pattern));
      case WindowRule::only_if_asked_for:
        if (in_.boolean("use_sliding_window").value_or(false))
          warn(set_window(a_, window, std::min(a_.layers, in_.dimension("max_window_layers").value_or(0))));
        return;
    }
  }

  void read_layer_types() {
    const std::vector<std::string> types = in_.texts("layer_types");
    if (types.size() != static_cast<std::size_t>(a_.layers))
      in_.fail(ErrorKind::inconsistent, format("layer_types lists {} layers of {}", types.size(), a_.layers));
    const auto count = [&](std::string_view type) {
      return static_cast<int>(std::ranges::count(types, type));
    };
    const int full = count("full_attention");
    const int sliding = count("sliding_attention") + count("chunked_attention");
    if (count("linear_attention") + full == a_.layers) return read_linear_layers(full);
    if (full + sliding != a_.layers) {
      a_.approximate = true;
      return warn("layer_types holds kinds of layers that are not known; all are counted as full attention");
    }
    if (sliding == 0) return;
    const auto window = in_.dimension({"sliding_window", "attention_chunk_size"});
    if (!window)
      in_.fail(ErrorKind::inconsistent, "layer_types has sliding_attention, but there is no sliding_window");
    warn(set_window(a_, *window, full));
  }

  // Layers with linear attention keep a state of fixed size instead of a KV cache.
  void read_linear_layers(int full) {
    if (full == a_.layers) return;
    const double values = double(in_.dimension("linear_num_value_heads").value_or(1)) *
                          in_.dimension("linear_key_head_dim").value_or(128) *
                          in_.dimension("linear_value_head_dim").value_or(128);
    a_.approximate = true;
    warn(
        "layers with linear attention are counted as a window of equal size; their weights as ordinary "
        "attention");
    warn(set_window(a_, window_of_state(a_, values), full));
  }

  const JsonFields& in_;
  const ModelFamily* known_;
  ModelFamily family_;
  ModelConfig config_;
  llm::Architecture& a_ = config_.architecture;
  std::vector<std::string> missing_;
};

ModelConfig config_of(std::string_view text, const std::string& file_name) {
  if (text.size() > largest_config) {
    fail(ErrorKind::malformed, {file_name, 0, 0}, format("larger than {} MiB", largest_config >> 20),
         "is this the file that was meant?");
  }
  const nlohmann::json document = parse_json_object(text, file_name);
  const JsonFields whole(document, file_name);
  const std::string outer_type = whole.text("model_type");
  const bool nested = whole.object("text_config").has_value();
  const JsonFields fields = nested ? JsonFields(document["text_config"], file_name, &document) : whole;
  const std::string model_type = fields.text("model_type");
  if (model_type.empty()) {
    fail(ErrorKind::malformed, {file_name, 0, 0}, "model_type is missing",
         "is this the config.json of a Hugging Face model?");
  }
  ModelConfig config = ConfigReader(fields, model_type).config();
  if (nested)
    config.warnings.push_back(
        format("{}: only its language model is counted", outer_type.empty() ? model_type : outer_type));
  return config;
}

}  // namespace

Result<ModelConfig> read_config_json(std::string_view text, const std::string& file_name) try {
  return config_of(text, file_name);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<ModelConfig> read_config_json_file(const std::string& path) try {
  return config_of(read_text_file(path, largest_config), path);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

}  // namespace bitworth::formats
