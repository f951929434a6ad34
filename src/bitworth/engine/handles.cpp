#include "bitworth/engine/handles.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/engine/log.hpp"

namespace bitworth::engine {

void start_llama() {
  static const bool started = [] {
    keep_log();
    llama_backend_init();
    return true;
  }();
  (void)started;
}

Result<Model> load_model(const std::string& path, Load load) {
  start_llama();
  llama_model_params settings = llama_model_default_params();
  settings.vocab_only = load == Load::vocabulary_only;
  Model model(llama_model_load_from_file(path.c_str(), settings));
  if (model) return model;
  const std::string reason = last_error();
  return std::unexpected(Error{ErrorKind::unsupported,
                               {path, 0, 0},
                               "llama.cpp cannot load it" + (reason.empty() ? "" : ": " + reason),
                               "is it a whole GGUF file of a language model?"});
}

Result<Context> open_context(llama_model& model, const ContextShape& shape) {
  llama_context_params settings = llama_context_default_params();
  settings.n_seq_max = static_cast<std::uint32_t>(shape.sequences);
  settings.n_ctx = static_cast<std::uint32_t>(shape.sequences * shape.tokens_per_sequence);
  settings.n_batch = std::max(2048U, settings.n_seq_max);
  settings.n_ubatch = static_cast<std::uint32_t>(shape.pass_tokens);
  settings.n_threads = settings.n_threads_batch = shape.threads;
  settings.no_perf = true;
  Context context(llama_init_from_model(&model, settings));
  if (context) return context;
  return std::unexpected(Error{ErrorKind::io,
                               {},
                               format("no room for {} sequences of {} tokens: {}", shape.sequences,
                                      shape.tokens_per_sequence, last_error()),
                               "use smaller --batches or a smaller --depths"});
}

Batch::Batch(int capacity) : batch_(llama_batch_init(capacity, 0, 1)) {}

Batch::~Batch() {
  llama_batch_free(batch_);
}

void Batch::add(llama_token token, int position, int sequence, bool wants_logits) {
  const int i = batch_.n_tokens++;
  batch_.token[i] = token;
  batch_.pos[i] = position;
  batch_.n_seq_id[i] = 1;
  batch_.seq_id[i][0] = sequence;
  batch_.logits[i] = wants_logits;
}

Result<void> Batch::decode(llama_context& context, int tokens_per_call) const {
  for (int i = 0; i < batch_.n_tokens; i += tokens_per_call) {
    const llama_batch part = {std::min(tokens_per_call, batch_.n_tokens - i),
                              batch_.token + i,
                              nullptr,
                              batch_.pos + i,
                              batch_.n_seq_id + i,
                              batch_.seq_id + i,
                              batch_.logits + i};
    if (const int problem = llama_decode(&context, part); problem != 0)
      return std::unexpected(
          Error{ErrorKind::unsupported,
                {},
                format("llama.cpp refused {} tokens ({}): {}", part.n_tokens, problem, last_error()),
                ""});
  }
  return {};
}

}  // namespace bitworth::engine
