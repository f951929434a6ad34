#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/architecture_facts.hpp"
#include "bitworth/formats/gguf.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

struct WindowPattern {
  std::string_view architecture;
  int pattern;
};

// Engines know these by the architecture's name; older files do not say. One layer in so many is global.
constexpr WindowPattern window_patterns[] = {
    {"gemma2", 2}, {"gemma3", 6}, {"gemma3n", 5}, {"gpt-oss", 2},  {"cohere2", 4},    {"exaone4", 4},
    {"olmo2", 4},  {"phi3", 0},   {"llama", 0},   {"mistral3", 0}, {"starcoder2", 0},
};

bool is_dimension(double value) {
  return value >= 1 && value <= largest_dimension && value == std::floor(value);
}

class ArchitectureReader {
 public:
  explicit ArchitectureReader(const GgufFile& file)
      : file_(file), family_(file.text("general.architecture")), prefix_(family_ + ".") {
    for (const llm::TensorInfo& tensor : file.tensors.tensors) note_tensor(tensor);
  }

  GgufArchitecture architecture() {
    if (family_.empty()) missing_.push_back("general.architecture");
    read_shape();
    read_attention();
    read_feed_forward();
    if (missing_.empty()) read_windows();
    for (const std::string& problem : contradictions(a_)) result_.warnings.push_back(problem);
    if (!missing_.empty()) {
      result_.warnings.push_back(format("the metadata do not tell the architecture: {} {} missing",
                                        listed(missing_), missing_.size() == 1 ? "is" : "are"));
    } else if (contradictions(a_).empty()) {
      result_.architecture = std::move(a_);
    }
    return std::move(result_);
  }

 private:
  void note_tensor(const llm::TensorInfo& t) {
    if (t.name == "token_embd.weight") embedding_ = &t;
    if (t.name == "output.weight") has_output_ = true;
    if (t.name.find("ffn_gate.") != t.name.npos || t.name.find("ffn_gate_exps") != t.name.npos)
      has_gate_ = true;
    if (t.name.find("ffn_up.") != t.name.npos && up_ == nullptr) up_ = &t;
    if (t.name.find("gate_up_exps") != t.name.npos) has_gate_ = true;
    if (t.name.starts_with("blk.")) {
      const int block = std::atoi(t.name.c_str() + 4);
      blocks_ = std::max(blocks_, std::clamp(block, 0, most_layers) + 1);
    }
  }

  // The value of a key, of all layers together where the file gives one per layer.
  std::optional<int> dimension(const std::string& key) {
    const std::string name = prefix_ + key;
    const GgufArray* array = file_.array(name);
    std::optional<double> value = array != nullptr ? of_layers(key, *array) : file_.number(name);
    if (!value || *value == 0) return std::nullopt;
    if (is_dimension(*value)) return static_cast<int>(*value);
    result_.warnings.push_back(format("{} is {}, which no network has", shown(name), *value));
    return std::nullopt;
  }

  // Layers may differ: the mean stands for them, which keeps sums over layers right.
  std::optional<double> of_layers(const std::string& key, const GgufArray& array) {
    double sum = 0, count = 0;
    for (const double value : array.numbers) {
      if (value != 0) sum += value, ++count;
    }
    if (count == 0) return std::nullopt;
    const double mean = std::round(sum / count);
    if (std::ranges::any_of(array.numbers, [&](double v) { return v != 0 && v != mean; })) {
      a_.approximate = true;
      result_.warnings.push_back(
          format("{} differs from layer to layer; the mean, {}, stands for all", key, mean));
    }
    return mean;
  }

  int required(const std::string& key, std::optional<int> from_tensors = std::nullopt) {
    std::optional<int> value = dimension(key);
    if (!value) value = from_tensors;
    if (!value) missing_.push_back(prefix_ + key);
    return value.value_or(1);
  }

  static std::optional<int> extent(const llm::TensorInfo* tensor, std::size_t which) {
    if (tensor == nullptr || tensor->shape.size() != 2) return std::nullopt;
    const auto value = static_cast<double>(tensor->shape[which]);
    return is_dimension(value) ? std::optional(static_cast<int>(value)) : std::nullopt;
  }

  void read_shape() {
    // Some converters write the family's name, which tells less than the file's.
    if (const std::string name = file_.text("general.name"); name != family_) a_.name = name;
    a_.layers = required("block_count", blocks_ > 0 ? std::optional(blocks_) : std::nullopt);
    // The block count includes layers that only predict a token further ahead.
    a_.layers = std::max(1, a_.layers - dimension("nextn_predict_layers").value_or(0));
    a_.hidden = required("embedding_length", extent(embedding_, 1));
    a_.max_context = dimension("context_length").value_or(0);
    const GgufArray* tokens = file_.array("tokenizer.ggml.tokens");
    std::optional<int> vocab = extent(embedding_, 0);
    if (!vocab && tokens != nullptr && is_dimension(static_cast<double>(tokens->length)))
      vocab = static_cast<int>(tokens->length);
    a_.vocab = vocab ? *vocab : required("vocab_size");
    a_.tied_embeddings = !file_.tensors.tensors.empty() && !has_output_;
  }

  void read_attention() {
    a_.heads = required("attention.head_count");
    a_.kv_heads = dimension("attention.head_count_kv").value_or(a_.heads);
    const std::optional<int> key_length = dimension("attention.key_length");
    a_.head_dim = key_length.value_or(std::max(1, a_.hidden / a_.heads));
    const std::optional<int> kv_rank = dimension("attention.kv_lora_rank");
    if (!kv_rank) return;
    const int rope = dimension("rope.dimension_count").value_or(64);
    a_.head_dim = dimension("attention.key_length_mla").value_or(a_.head_dim);
    if (a_.head_dim <= rope) {
      result_.warnings.push_back(
          format("heads of {} values with {} rotated: not latent attention", a_.head_dim, rope));
      missing_.push_back(prefix_ + "attention.key_length_mla");
      return;
    }
    const std::optional<int> v_dim = dimension("attention.value_length_mla");
    // Files whose latents count as one KV head give the latent's length as that of its values.
    a_.mla = {.kv_rank = *kv_rank,
              .q_rank = dimension("attention.q_lora_rank").value_or(0),
              .rope_dim = rope,
              .nope_dim = a_.head_dim - rope,
              .v_dim = v_dim ? *v_dim : dimension("attention.value_length").value_or(a_.head_dim - rope)};
    a_.kv_heads = a_.heads;
  }

  void read_feed_forward() {
    const std::optional<int> ffn = dimension("feed_forward_length");
    const std::optional<int> up_rows = extent(up_, 0);
    // Gate and up projection may lie in one matrix of twice the width.
    a_.gated_ffn = file_.tensors.tensors.empty() || has_gate_ || (ffn && up_rows && *up_rows == 2LL * *ffn);
    const std::optional<int> experts = dimension("expert_count");
    if (!experts) {
      a_.ffn = ffn ? *ffn : required("feed_forward_length", up_rows);
      return;
    }
    llm::MixtureOfExperts moe;
    moe.experts = *experts;
    moe.experts_per_token = required("expert_used_count");
    moe.expert_ffn = dimension("expert_feed_forward_length").value_or(ffn.value_or(0));
    if (moe.expert_ffn == 0) missing_.push_back(prefix_ + "expert_feed_forward_length");
    const double shared_experts = dimension("expert_shared_count").value_or(0);
    const double shared = std::min(shared_experts * moe.expert_ffn, double(largest_dimension));
    moe.shared_ffn = dimension("expert_shared_feed_forward_length").value_or(static_cast<int>(shared));
    moe.first_dense_layers = dimension("leading_dense_block_count").value_or(0);
    a_.ffn = moe.first_dense_layers > 0 ? ffn.value_or(0) : 0;
    a_.moe = moe;
  }

  void read_windows() {
    if (const std::optional<int> interval = dimension("full_attention_interval"))
      return read_linear(*interval);
    const GgufArray* kv_heads = file_.array(prefix_ + "attention.head_count_kv");
    if (kv_heads != nullptr && std::ranges::count(kv_heads->numbers, 0.0) > 0) {
      const auto without = std::ranges::count(kv_heads->numbers, 0.0);
      a_.approximate = true;
      result_.warnings.push_back(format("{} layers have no KV cache; counted as a window of 1", without));
      return warn(set_window(a_, 1, std::max(0, a_.layers - static_cast<int>(without))));
    }
    const std::optional<int> window = dimension("attention.sliding_window");
    if (window) read_pattern(*window);
  }

  // The layers between have a state of fixed size instead of a KV cache.
  void read_linear(int interval) {
    const double state =
        double(dimension("ssm.inner_size").value_or(1)) * dimension("ssm.state_size").value_or(1);
    a_.approximate = true;
    result_.warnings.push_back(
        "layers with linear attention are counted as a window of equal size; their weights as ordinary "
        "attention");
    warn(set_window(a_, window_of_state(a_, state), a_.layers / std::max(1, interval)));
  }

  void read_pattern(int window) {
    const std::string key = prefix_ + "attention.sliding_window_pattern";
    const GgufArray* array = file_.array(key);
    if (array != nullptr && !array->numbers.empty()) {
      const auto global = std::ranges::count(array->numbers, 0.0);
      return warn(set_window(a_, window, static_cast<int>(std::min<std::ptrdiff_t>(global, a_.layers))));
    }
    if (const std::optional<int> pattern = dimension("attention.sliding_window_pattern"))
      return warn(set_window(a_, window, a_.layers / *pattern));
    const auto known = std::ranges::find(window_patterns, family_, &WindowPattern::architecture);
    if (known != std::end(window_patterns))
      return warn(set_window(a_, window, known->pattern == 0 ? 0 : a_.layers / known->pattern));
    a_.approximate = true;
    result_.warnings.push_back(
        format("a window of {} tokens, but not on which layers; all are counted as global", window));
  }

  void warn(std::string warning) {
    if (!warning.empty()) result_.warnings.push_back(std::move(warning));
  }

  const GgufFile& file_;
  std::string family_;
  std::string prefix_;
  llm::Architecture a_;
  GgufArchitecture result_;
  std::vector<std::string> missing_;
  const llm::TensorInfo* embedding_ = nullptr;
  const llm::TensorInfo* up_ = nullptr;
  bool has_output_ = false;
  bool has_gate_ = false;
  int blocks_ = 0;
};

}  // namespace

GgufArchitecture architecture_of(const GgufFile& file) {
  return ArchitectureReader(file).architecture();
}

}  // namespace bitworth::formats
