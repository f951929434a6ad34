#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bitworth/engine/handles.hpp"
#include "bitworth/quality/token_contexts.hpp"

namespace bitworth::engine {

/// Contexts that one call of the engine takes together, as llama-perplexity takes them: those that 2048
/// tokens hold, one at least. Other groups round differently.
int contexts_together(const quality::ContextPlan&);

/// A loaded model that gives the logits of the scored positions of contexts.
class ContextLogits {
 public:
  /// Fails: not a model; too little memory. `pass_tokens`: see ContextShape.
  static Result<ContextLogits> open(const std::string& path, const quality::ContextPlan&, int threads,
                                    int pass_tokens);

  int vocabulary() const { return vocabulary_; }

  /// Runs the contexts from `first` on, at most contexts_together() of them, as one group.
  /// Shape: tokens [all contexts, context_tokens]. Fails: as the engine does.
  Result<void> run(std::span<const std::int32_t> tokens, int first, int count);

  /// The logits of one context of the group, counted from 0. Shape: [scored_tokens, vocabulary].
  std::span<const float> of(int in_group) const;

 private:
  ContextLogits() = default;

  Model model_;
  Context context_;
  quality::ContextPlan plan_;
  int vocabulary_ = 0;
  std::vector<float> rows_;  // of the group: for each context every position from the first scored on
};

}  // namespace bitworth::engine
