#include "bitworth/llm/tensors.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace bitworth::llm {
namespace {

constexpr std::size_t class_count = static_cast<std::size_t>(TensorClass::other) + 1;

struct Clue {
  std::string_view part;
  TensorClass tensor_class;
};

// The first clue that the name holds decides, so the order matters: "self_attn.q_norm" is a norm, the gate of
// a shared expert routes, "mlp.shared_experts" is not "mlp.experts".
constexpr Clue clues[] = {
    {"vision", TensorClass::other},
    {"visual", TensorClass::other},
    {"audio", TensorClass::other},
    {"multi_modal", TensorClass::other},
    {"mm_projector", TensorClass::other},
    {"rotary", TensorClass::other},
    {"rope_", TensorClass::other},
    {"norm", TensorClass::norm},
    {".ln_", TensorClass::norm},
    {"shared_expert_gate", TensorClass::router},
    {"gate_inp", TensorClass::router},
    {"exp_probs", TensorClass::router},
    {"router", TensorClass::router},
    {"mlp.gate.", TensorClass::router},
    {"moe.gate.", TensorClass::router},
    {"feed_forward.gate.", TensorClass::router},
    {"shared_expert", TensorClass::dense_ffn},
    {"shared_mlp", TensorClass::dense_ffn},
    {"shexp", TensorClass::dense_ffn},
    {".experts.", TensorClass::experts},
    {"_exps", TensorClass::experts},
    {"block_sparse_moe.", TensorClass::experts},
    {"embed_out", TensorClass::lm_head},
    {"lm_head", TensorClass::lm_head},
    {"attn", TensorClass::attention},
    {"attention", TensorClass::attention},
    {"ssm_", TensorClass::attention},
    {"mamba", TensorClass::attention},
    {"mlp.", TensorClass::dense_ffn},
    {"ffn_", TensorClass::dense_ffn},
    {"feed_forward.", TensorClass::dense_ffn},
    {".fc1.", TensorClass::dense_ffn},
    {".fc2.", TensorClass::dense_ffn},
    {"embed", TensorClass::embedding},
    {"token_embd", TensorClass::embedding},
    {"position_embd", TensorClass::embedding},
    {"wte.", TensorClass::embedding},
    {"wpe.", TensorClass::embedding},
};

template <class T>
void add_to(T& sum, const TensorInfo& tensor) {
  ++sum.tensors;
  sum.weights += tensor.weights;
  sum.bytes += tensor.bytes;
}

void add_type(std::vector<TypeBytes>& types, const TensorInfo& tensor) {
  auto found = std::ranges::find(types, tensor.type, &TypeBytes::type);
  if (found == types.end()) found = types.insert(found, {.type = tensor.type});
  add_to(*found, tensor);
}

std::optional<double> bits(std::uint64_t bytes, std::uint64_t weights) {
  if (weights == 0) return std::nullopt;
  return 8.0 * static_cast<double>(bytes) / static_cast<double>(weights);
}

}  // namespace

std::string_view to_text(TensorClass c) {
  switch (c) {
    case TensorClass::attention:
      return "attention";
    case TensorClass::dense_ffn:
      return "dense_ffn";
    case TensorClass::experts:
      return "experts";
    case TensorClass::router:
      return "router";
    case TensorClass::embedding:
      return "embedding";
    case TensorClass::lm_head:
      return "lm_head";
    case TensorClass::norm:
      return "norm";
    case TensorClass::other:
      return "other";
  }
  return "other";
}

TensorClass tensor_class(std::string_view name) {
  // GGUF's output matrix; elsewhere "output" is a part of attention.
  if (name.starts_with("output.")) return TensorClass::lm_head;
  for (const Clue& clue : clues) {
    if (name.find(clue.part) != std::string_view::npos) return clue.tensor_class;
  }
  return TensorClass::other;
}

std::optional<double> bits_per_weight(const TensorInfo& t) {
  return bits(t.bytes, t.weights);
}
std::optional<double> bits_per_weight(const ClassBytes& c) {
  return bits(c.bytes, c.weights);
}

std::uint64_t TensorSummary::tensor_bytes() const {
  std::uint64_t sum = 0;
  for (const ClassBytes& row : classes) sum += row.bytes;
  return sum;
}

std::uint64_t TensorSummary::parameters() const {
  std::uint64_t sum = 0;
  for (const ClassBytes& row : classes) sum += row.tensor_class == TensorClass::other ? 0 : row.weights;
  return sum;
}

const ClassBytes* TensorSummary::find(TensorClass wanted) const {
  const auto found = std::ranges::find(classes, wanted, &ClassBytes::tensor_class);
  return found == classes.end() ? nullptr : &*found;
}

TensorSummary summarize(const TensorTable& table) {
  std::array<ClassBytes, class_count> rows;
  for (const TensorInfo& tensor : table.tensors) {
    ClassBytes& row = rows[static_cast<std::size_t>(tensor_class(tensor.name))];
    add_to(row, tensor);
    add_type(row.types, tensor);
  }
  TensorSummary summary;
  summary.header_bytes = table.header_bytes;
  summary.padding_bytes = table.padding_bytes;
  for (std::size_t i = 0; i < class_count; ++i) {
    if (rows[i].tensors == 0) continue;
    rows[i].tensor_class = static_cast<TensorClass>(i);
    std::ranges::stable_sort(rows[i].types, std::greater(), &TypeBytes::bytes);
    summary.classes.push_back(std::move(rows[i]));
  }
  return summary;
}

}  // namespace bitworth::llm
