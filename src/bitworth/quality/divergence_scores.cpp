#include "bitworth/quality/divergence_scores.hpp"

#include <algorithm>
#include <optional>

#include "bitworth/base/text.hpp"

namespace bitworth::quality {
namespace {

// llama-perplexity squares floats as floats.
double product(double a, double b, ScoreMode mode) {
  return mode == ScoreMode::exact ? a * b
                                  : static_cast<double>(static_cast<float>(a) * static_cast<float>(b));
}

Error not_numbers(const ScoredTokens& scored, std::size_t row) {
  return {
      ErrorKind::inconsistent,
      {},
      format("the logits for scored token {} of context {} are not all numbers", row + 1, scored.context + 1),
      "damaged weights or an overflow in the engine: check the model files, or try another scheme"};
}

DivergenceSums& sums_of(ContextScores& scores, int document) {
  if (scores.documents.empty() || scores.documents.back().document != document) {
    const auto found = std::ranges::find(scores.documents, document, &DocumentSums::document);
    if (found != scores.documents.end()) return found->sums;
    scores.documents.push_back({document, {}});
  }
  return scores.documents.back().sums;
}

// `score_row(i)` is the score of row i, absent where its logits are not usable.
template <class ScoreRow>
Result<ContextScores> score_rows(const ScoredTokens& scored, ScoreMode mode, ScoreRow score_row) {
  ContextScores result{scored.context, mode, {}, {}, {}};
  result.kld.reserve(scored.tokens.size());
  result.probability_changes.reserve(scored.tokens.size());
  for (std::size_t i = 0; i < scored.tokens.size(); ++i) {
    const std::optional<TokenScore> score = score_row(i);
    if (!score) return std::unexpected(not_numbers(scored, i));
    sums_of(result, scored.documents.empty() ? 0 : scored.documents[i]).add(*score, mode);
    result.kld.push_back(static_cast<float>(score->kld));
    result.probability_changes.push_back(static_cast<float>(score->probability_change));
  }
  return result;
}

}  // namespace

void DivergenceSums::add(const TokenScore& score, ScoreMode mode) {
  ++tokens;
  same_top += score.same_top;
  baseline_nll += score.baseline_nll;
  baseline_nll_squared += product(score.baseline_nll, score.baseline_nll, mode);
  candidate_nll += score.candidate_nll;
  candidate_nll_squared += product(score.candidate_nll, score.candidate_nll, mode);
  nll_product += product(score.candidate_nll, score.baseline_nll, mode);
  kld += score.kld;
  kld_squared += score.kld * score.kld;
  change += score.probability_change;
  const double squared = product(score.probability_change, score.probability_change, mode);
  change_squared += squared;
  change_fourth += squared * squared;
}

DivergenceSums& DivergenceSums::operator+=(const DivergenceSums& other) {
  tokens += other.tokens;
  same_top += other.same_top;
  baseline_nll += other.baseline_nll;
  baseline_nll_squared += other.baseline_nll_squared;
  candidate_nll += other.candidate_nll;
  candidate_nll_squared += other.candidate_nll_squared;
  nll_product += other.nll_product;
  kld += other.kld;
  kld_squared += other.kld_squared;
  change += other.change;
  change_squared += other.change_squared;
  change_fourth += other.change_fourth;
  return *this;
}

DivergenceSums ContextScores::total() const {
  DivergenceSums result;
  for (const DocumentSums& part : documents) result += part.sums;
  return result;
}

Result<ContextScores> score_exact(const ScoredTokens& scored, int vocabulary, std::span<const float> baseline,
                                  std::span<const float> candidate) {
  const auto width = static_cast<std::size_t>(vocabulary);
  return score_rows(scored, ScoreMode::exact, [&](std::size_t i) {
    return score_token(baseline.subspan(i * width, width), candidate.subspan(i * width, width),
                       scored.tokens[i]);
  });
}

Result<ContextScores> score_compat(const ScoredTokens& scored, int vocabulary,
                                   std::span<const std::uint16_t> baseline_rows,
                                   std::span<const float> candidate) {
  const auto width = static_cast<std::size_t>(vocabulary);
  const std::size_t words = encoded_words(vocabulary);
  return score_rows(scored, ScoreMode::compat, [&](std::size_t i) {
    return score_token_compat(baseline_rows.subspan(i * words, words), candidate.subspan(i * width, width),
                              scored.tokens[i]);
  });
}

Result<BaselineSums> encode_context(const ScoredTokens& scored, int vocabulary, std::span<const float> logits,
                                    std::span<std::uint16_t> rows) {
  const auto width = static_cast<std::size_t>(vocabulary);
  const std::size_t words = encoded_words(vocabulary);
  BaselineSums sums;
  for (std::size_t i = 0; i < scored.tokens.size(); ++i) {
    const std::optional<float> nll =
        encode_log_probs(logits.subspan(i * width, width), scored.tokens[i], rows.subspan(i * words, words));
    if (!nll) return std::unexpected(not_numbers(scored, i));
    const double value = static_cast<double>(*nll);
    ++sums.tokens;
    sums.nll += value;
    sums.nll_squared += value * value;
  }
  return sums;
}

}  // namespace bitworth::quality
