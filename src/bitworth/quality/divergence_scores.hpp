#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/quality/token_compat.hpp"
#include "bitworth/quality/token_score.hpp"

namespace bitworth::quality {

/// exact: conclusions. compat: llama-perplexity's numbers, clip and all.
enum class ScoreMode { exact, compat };

/// The sums over some tokens that every mean and its error come from. They add up in any order to the same
/// figures but for the last bits; summarize() adds them in the order of the contexts.
struct DivergenceSums {
  std::int64_t tokens = 0;
  std::int64_t same_top = 0;
  double baseline_nll = 0;
  double baseline_nll_squared = 0;
  double candidate_nll = 0;
  double candidate_nll_squared = 0;
  double nll_product = 0;
  double kld = 0;
  double kld_squared = 0;
  double change = 0;  ///< of probability, as a fraction
  double change_squared = 0;
  double change_fourth = 0;

  void add(const TokenScore&, ScoreMode);
  DivergenceSums& operator+=(const DivergenceSums&);
  friend bool operator==(const DivergenceSums&, const DivergenceSums&) = default;
};

/// The sums of one document's tokens in one context.
struct DocumentSums {
  int document = 0;
  DivergenceSums sums;
  friend bool operator==(const DocumentSums&, const DocumentSums&) = default;
};

/// All that is kept of one context (llama-perplexity's chunk): what a checkpoint stores. A run is the list of
/// these, in the order of the contexts; summaries are pure functions of that list, so a run that goes on from
/// stored ones ends with the same bytes as one that never stopped (formats/divergence_checkpoint.hpp keeps
/// every bit). About 8 bytes a token in memory.
struct ContextScores {
  int context = 0;  ///< from 0 on
  ScoreMode mode = ScoreMode::exact;
  std::vector<DocumentSums> documents;     ///< in the order of their first token here
  std::vector<float> kld;                  ///< of each scored token, for percentiles
  std::vector<float> probability_changes;  ///< of each scored token

  DivergenceSums total() const;
  friend bool operator==(const ContextScores&, const ContextScores&) = default;
};

/// The scored rows of one context: row i asks for tokens[i], which belongs to documents[i].
/// With llama-perplexity's contexts (token_contexts.hpp) row 0 is the logits at position context / 2.
struct ScoredTokens {
  int context = 0;
  std::span<const std::int32_t> tokens;  ///< the tokens that follow the rows, each within the vocabulary
  std::span<const int> documents;        ///< empty: all one document, number 0
};

/// Scores a context in exact mode.
/// Shape: both logits [tokens, vocabulary], as llama_get_logits returns them.
/// Fails: logits that are not numbers, with the token's place (inconsistent).
///
///   ContextScores scores = *score_exact({.context = 0, .tokens = next, .documents = ids}, 32000, base,
///   candidate);
Result<ContextScores> score_exact(const ScoredTokens&, int vocabulary, std::span<const float> baseline,
                                  std::span<const float> candidate);

/// Scores a context in compat mode, against the baseline's rows of a base file.
/// Shape: baseline_rows [tokens, encoded_words(vocabulary)], candidate [tokens, vocabulary].
Result<ContextScores> score_compat(const ScoredTokens&, int vocabulary,
                                   std::span<const std::uint16_t> baseline_rows,
                                   std::span<const float> candidate);

/// The sums of the baseline's own perplexity over one context in compat mode.
struct BaselineSums {
  std::int64_t tokens = 0;
  double nll = 0;
  double nll_squared = 0;
};

/// Writes a context of the baseline as the base file holds it.
/// Shape: logits [tokens, vocabulary], rows [tokens, encoded_words(vocabulary)]. Fails: as above.
Result<BaselineSums> encode_context(const ScoredTokens&, int vocabulary, std::span<const float> logits,
                                    std::span<std::uint16_t> rows);

}  // namespace bitworth::quality
