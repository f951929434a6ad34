#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "bitworth/base/rng.hpp"
#include "bitworth/quality/token_contexts.hpp"

namespace bitworth::tests {

/// Logits of a baseline and a candidate near it on a text that the baseline might have written, without a
/// model: five contexts of 64 tokens over a vocabulary of 37 (odd, so that a base file's rows have a word to
/// spare), wide enough that the clip of 16 nats takes part.
struct DivergenceRows {
  static constexpr int vocabulary = 37;
  quality::ContextPlan plan{64, 5};
  std::vector<std::int32_t> tokens;  ///< [contexts, context_tokens]
  std::vector<float> baseline;       ///< [contexts, scored tokens, vocabulary]
  std::vector<float> candidate;      ///< the same

  explicit DivergenceRows(std::uint64_t seed = 1) {
    Rng rng(seed);
    tokens.resize(static_cast<std::size_t>(plan.contexts * plan.context_tokens));
    for (auto& token : tokens)
      token = static_cast<std::int32_t>(rng.bits() % static_cast<std::uint64_t>(vocabulary));
    for (int context = 0; context < plan.contexts; ++context)
      for (int row = 0; row < plan.scored_tokens(); ++row) add_row(rng, context, row);
  }

  std::size_t context_floats() const { return static_cast<std::size_t>(plan.scored_tokens()) * vocabulary; }
  std::span<const float> baseline_of(int context) const {
    return std::span(baseline).subspan(static_cast<std::size_t>(context) * context_floats(),
                                       context_floats());
  }
  std::span<const float> candidate_of(int context) const {
    return std::span(candidate).subspan(static_cast<std::size_t>(context) * context_floats(),
                                        context_floats());
  }
  /// The tokens that the rows of a context are scored on.
  std::span<const std::int32_t> next_of(int context) const {
    return std::span(tokens).subspan(static_cast<std::size_t>(plan.scored_place(context, 0)),
                                     static_cast<std::size_t>(plan.scored_tokens()));
  }

 private:
  void add_row(Rng& rng, int context, int row) {
    double best = -1e9;
    for (int i = 0; i < vocabulary; ++i) {
      const double logit = 6 * rng.normal();
      baseline.push_back(static_cast<float>(logit));
      candidate.push_back(static_cast<float>(logit + 0.6 * rng.normal()));
      if (row % 8 == 0) continue;  // a token that the baseline may hold for impossible
      // The largest of logit + Gumbel noise is a draw from the softmax.
      const double draw = logit - std::log(-std::log(rng.uniform()));
      if (draw <= best) continue;
      best = draw;
      tokens[static_cast<std::size_t>(plan.scored_place(context, row))] = i;
    }
  }
};

}  // namespace bitworth::tests
