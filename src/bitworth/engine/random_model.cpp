#include "bitworth/engine/random_model.hpp"

#include <gguf.h>
#include <llama.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"

namespace bitworth::engine {
namespace {

struct Tensor {
  std::string name;
  std::vector<std::int64_t> shape;  // as ggml counts: the inner dimension first
};

std::string misfit(const llm::Architecture& a) {
  if (a.mla) return "latent attention";
  if (a.sliding_window) return "sliding windows";
  if (a.moe && (a.moe->shared_ffn > 0 || a.moe->first_dense_layers > 0))
    return "shared experts or dense layers besides";
  if (!a.gated_ffn) return "a feed-forward part without gate";
  return "";
}

std::vector<Tensor> tensors_of(const llm::Architecture& a) {
  const std::int64_t hidden = a.hidden, q = std::int64_t{a.heads} * a.head_dim,
                     kv = std::int64_t{a.kv_heads} * a.head_dim;
  std::vector<Tensor> tensors = {{"token_embd.weight", {hidden, a.vocab}}, {"output_norm.weight", {hidden}}};
  if (!a.tied_embeddings) tensors.push_back({"output.weight", {hidden, a.vocab}});
  for (int layer = 0; layer < a.layers; ++layer) {
    const auto add = [&](const char* name, std::vector<std::int64_t> shape) {
      tensors.push_back({format("blk.{}.{}.weight", layer, name), std::move(shape)});
    };
    add("attn_norm", {hidden});
    add("attn_q", {hidden, q});
    add("attn_k", {hidden, kv});
    add("attn_v", {hidden, kv});
    add("attn_output", {q, hidden});
    add("ffn_norm", {hidden});
    if (a.moe) {
      const std::int64_t ffn = a.moe->expert_ffn, experts = a.moe->experts;
      add("ffn_gate_inp", {hidden, experts});
      add("ffn_gate_exps", {hidden, ffn, experts});
      add("ffn_up_exps", {hidden, ffn, experts});
      add("ffn_down_exps", {ffn, hidden, experts});
    } else {
      add("ffn_gate", {hidden, a.ffn});
      add("ffn_up", {hidden, a.ffn});
      add("ffn_down", {a.ffn, hidden});
    }
  }
  return tensors;
}

bool is_vector(const Tensor& tensor) {
  return tensor.shape.size() == 1;
}

void set_metadata(gguf_context* file, const llm::Architecture& a) {
  const auto number = [&](const char* key, int value) {
    gguf_set_val_u32(file, format("llama.{}", key).c_str(), static_cast<std::uint32_t>(value));
  };
  gguf_set_val_str(file, "general.architecture", "llama");
  gguf_set_val_str(file, "general.name", a.name.c_str());
  gguf_set_val_u32(file, "general.file_type", LLAMA_FTYPE_MOSTLY_BF16);
  gguf_set_val_str(file, "tokenizer.ggml.model", "none");
  number("vocab_size", a.vocab);
  number("context_length", a.max_context > 0 ? a.max_context : 4096);
  number("block_count", a.layers);
  number("embedding_length", a.hidden);
  number("feed_forward_length", a.moe ? a.moe->expert_ffn : a.ffn);
  number("attention.head_count", a.heads);
  number("attention.head_count_kv", a.kv_heads);
  number("attention.key_length", a.head_dim);
  number("attention.value_length", a.head_dim);
  number("rope.dimension_count", a.head_dim);
  gguf_set_val_f32(file, "llama.attention.layer_norm_rms_epsilon", 1e-5F);
  if (!a.moe) return;
  number("expert_count", a.moe->experts);
  number("expert_used_count", a.moe->experts_per_token);
}

// A supply of normal numbers that is dealt again and again, from a different place for each tensor.
class Weights {
 public:
  Weights() {
    Rng rng(1, "weights");
    for (ggml_bf16_t& weight : supply_) weight = ggml_fp32_to_bf16(static_cast<float>(0.02 * rng.normal()));
  }

  // Writes so many; false: the disk is full.
  bool write(std::FILE* file, std::int64_t count) {
    while (count > 0) {
      const auto part = std::min<std::int64_t>(count, static_cast<std::int64_t>(supply_.size() - at_));
      if (std::fwrite(&supply_[at_], sizeof supply_[0], static_cast<std::size_t>(part), file) !=
          static_cast<std::size_t>(part))
        return false;
      at_ = (at_ + static_cast<std::size_t>(part)) % supply_.size();
      count -= part;
    }
    return true;
  }

 private:
  std::vector<ggml_bf16_t> supply_ =
      std::vector<ggml_bf16_t>(1000003);  // a prime: no row repeats the one above
  std::size_t at_ = 0;
};

bool write_tensor(std::FILE* file, const Tensor& tensor, Weights& weights) {
  std::int64_t count = 1;
  for (const std::int64_t extent : tensor.shape) count *= extent;
  bool written = false;
  std::size_t bytes = 0;
  if (is_vector(tensor)) {
    const std::vector<float> ones(static_cast<std::size_t>(count), 1.0F);
    written = std::fwrite(ones.data(), sizeof(float), ones.size(), file) == ones.size();
    bytes = ones.size() * sizeof(float);
  } else {
    written = weights.write(file, count);
    bytes = static_cast<std::size_t>(count) * sizeof(ggml_bf16_t);
  }
  const std::vector<char> padding(GGML_PAD(bytes, GGUF_DEFAULT_ALIGNMENT) - bytes);
  return written &&
         (padding.empty() || std::fwrite(padding.data(), 1, padding.size(), file) == padding.size());
}

}  // namespace

Result<void> write_random_model(const llm::Architecture& architecture, const std::string& path) {
  if (const std::string what = misfit(architecture); !what.empty())
    return std::unexpected(
        Error{ErrorKind::unsupported,
              {},
              format("{} has {}, which random weights cannot stand in for yet", architecture.name, what),
              "choose another architecture"});
  const std::vector<Tensor> tensors = tensors_of(architecture);
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> header(gguf_init_empty(), gguf_free);
  const std::unique_ptr<ggml_context, decltype(&ggml_free)> shapes(
      ggml_init({.mem_size = (tensors.size() + 1) * ggml_tensor_overhead(),
                 .mem_buffer = nullptr,
                 .no_alloc = true}),
      ggml_free);
  set_metadata(header.get(), architecture);
  for (const Tensor& tensor : tensors) {
    const ggml_type type = is_vector(tensor) ? GGML_TYPE_F32 : GGML_TYPE_BF16;
    ggml_tensor* made =
        ggml_new_tensor(shapes.get(), type, static_cast<int>(tensor.shape.size()), tensor.shape.data());
    ggml_set_name(made, tensor.name.c_str());
    gguf_add_tensor(header.get(), made);
  }
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(path.c_str(), "wb"), std::fclose);
  std::vector<char> metadata(gguf_get_meta_size(header.get()));
  gguf_get_meta_data(header.get(), metadata.data());
  Weights weights;
  bool whole = file && std::fwrite(metadata.data(), 1, metadata.size(), file.get()) == metadata.size();
  for (const Tensor& tensor : tensors) whole = whole && write_tensor(file.get(), tensor, weights);
  if (whole && std::fflush(file.get()) == 0) return {};
  return std::unexpected(
      Error{ErrorKind::io, {path, 0, 0}, "could not be written whole", "is the disk full?"});
}

}  // namespace bitworth::engine
