#pragma once

#include <llama.h>

#include <memory>
#include <string>
#include <vector>

#include "bitworth/base/error.hpp"

namespace bitworth::engine {

struct FreeModel {
  void operator()(llama_model* model) const { llama_model_free(model); }
};
struct FreeContext {
  void operator()(llama_context* context) const { llama_free(context); }
};
using Model = std::unique_ptr<llama_model, FreeModel>;
using Context = std::unique_ptr<llama_context, FreeContext>;

/// Starts llama.cpp and keeps its log; once for a process. Every function here does it itself.
void start_llama();

enum class Load { whole, vocabulary_only };

/// Fails: not a model that llama.cpp can load, with its own words.
Result<Model> load_model(const std::string& path, Load load = Load::whole);

/// What a context has room for.
struct ContextShape {
  int sequences = 1;
  int tokens_per_sequence = 512;
  int threads = 1;
  /// Tokens that one forward pass takes together; changing it changes shapes, hence the last digits.
  int pass_tokens = 512;
};

/// A context as llama.cpp's own programs make it: 16-bit cache of its own for each sequence, flash attention
/// where the engine sees fit. Fails: too little memory.
Result<Context> open_context(llama_model&, const ContextShape&);

/// Tokens of several sequences for one call of the engine.
class Batch {
 public:
  explicit Batch(int capacity);
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  void clear() { batch_.n_tokens = 0; }
  void add(llama_token token, int position, int sequence, bool wants_logits);
  int tokens() const { return batch_.n_tokens; }
  /// Runs all of it, so many tokens at a call. Fails: the engine refuses.
  Result<void> decode(llama_context&, int tokens_per_call) const;

 private:
  llama_batch batch_;
};

}  // namespace bitworth::engine
