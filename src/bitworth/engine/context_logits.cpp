#include "bitworth/engine/context_logits.hpp"

#include <algorithm>
#include <utility>

namespace bitworth::engine {
namespace {

constexpr int tokens_per_call = 2048;

}  // namespace

int contexts_together(const quality::ContextPlan& plan) {
  return std::max(1, tokens_per_call / plan.context_tokens);
}

Result<ContextLogits> ContextLogits::open(const std::string& path, const quality::ContextPlan& plan,
                                          int threads, int pass_tokens) {
  ContextLogits result;
  Result<Model> model = load_model(path);
  if (!model) return std::unexpected(model.error());
  result.model_ = *std::move(model);
  Result<Context> context = open_context(*result.model_, {.sequences = contexts_together(plan),
                                                          .tokens_per_sequence = plan.context_tokens,
                                                          .threads = threads,
                                                          .pass_tokens = pass_tokens});
  if (!context) return std::unexpected(context.error());
  result.context_ = *std::move(context);
  result.plan_ = plan;
  result.vocabulary_ = llama_vocab_n_tokens(llama_model_get_vocab(result.model_.get()));
  return result;
}

Result<void> ContextLogits::run(std::span<const std::int32_t> tokens, int first, int count) {
  const llama_vocab* vocab = llama_model_get_vocab(model_.get());
  llama_memory_clear(llama_get_memory(context_.get()), true);
  rows_.clear();
  const int length = plan_.context_tokens;
  // A context longer than one call is alone in its group, and goes in parts.
  for (int start = 0; start < length; start += tokens_per_call) {
    const int end = std::min(length, start + tokens_per_call);
    Batch batch(count * (end - start));
    int outputs = 0;
    for (int i = 0; i < count; ++i) {
      for (int position = start; position < end; ++position) {
        llama_token token = tokens[static_cast<std::size_t>(first + i) * static_cast<std::size_t>(length) +
                                   static_cast<std::size_t>(position)];
        if (position == 0 && llama_vocab_get_add_bos(vocab)) token = llama_vocab_bos(vocab);
        const bool scored = position >= plan_.first_scored();
        batch.add(token, position, i, scored);
        outputs += scored;
      }
    }
    if (const Result<void> done = batch.decode(*context_, tokens_per_call); !done) return done;
    if (outputs == 0) continue;
    const float* logits = llama_get_logits(context_.get());
    rows_.insert(rows_.end(), logits,
                 logits + static_cast<std::size_t>(outputs) * static_cast<std::size_t>(vocabulary_));
  }
  return {};
}

std::span<const float> ContextLogits::of(int in_group) const {
  const auto width = static_cast<std::size_t>(vocabulary_);
  // The last position of a context has logits too, and nothing to be scored on.
  const auto rows = static_cast<std::size_t>(plan_.scored_tokens());
  return std::span(rows_).subspan(static_cast<std::size_t>(in_group) * (rows + 1) * width, rows * width);
}

}  // namespace bitworth::engine
