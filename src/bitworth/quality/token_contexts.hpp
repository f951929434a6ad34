#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"

namespace bitworth::quality {

/// How a text is cut into contexts, as llama-perplexity cuts it: context i is the tokens from
/// i * context_tokens on; its first half only warms up, then each position but the last is scored on the
/// token that follows it.
struct ContextPlan {
  int context_tokens = 0;
  int contexts = 0;

  /// The first scored position of a context.
  int first_scored() const { return context_tokens / 2; }
  /// Rows of logits that are scored in each context: 127 of 256, 255 of 512.
  int scored_tokens() const { return context_tokens - 1 - first_scored(); }
  std::int64_t all_scored_tokens() const { return std::int64_t{contexts} * scored_tokens(); }
  /// The place in the text of the token that row i of a context is scored on.
  std::int64_t scored_place(int context, int row) const {
    return std::int64_t{context} * context_tokens + first_scored() + row + 1;
  }
};

/// The plan for a text of that many tokens, with at most that many contexts. `text_name` is named in errors.
/// Fails (usage): a context below 8 tokens, a limit below 1, a text of less than two contexts
/// (llama-perplexity refuses it too) with what it would take.
Result<ContextPlan> plan_contexts(std::int64_t tokens, int context_tokens, std::optional<int> most_contexts,
                                  std::string_view text_name);

/// The first byte of each document of a text: documents are parted by empty lines. A text without any is one
/// document. Never empty; the first is 0.
std::vector<std::size_t> find_documents(std::string_view text);

/// The document of each row of a context, for ScoredTokens::documents.
/// Assumes: first_tokens holds the place of each document's first token, ascending, the first 0.
std::vector<int> documents_of(const ContextPlan&, int context, std::span<const std::int64_t> first_tokens);

}  // namespace bitworth::quality
