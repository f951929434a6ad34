#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace bitworth::quality {

/// What one token of a text says of a candidate (q) against its baseline (p), both asked for that token.
/// Logarithms are natural.
struct TokenScore {
  double baseline_nll = 0;   ///< -ln p(token)
  double candidate_nll = 0;  ///< -ln q(token)
  /// KL divergence: the sum over the vocabulary of p ln(p / q). Never negative in exact mode; in compat mode
  /// rounding makes it so where it is near 0.
  double kld = 0;
  double probability_change = 0;  ///< q(token) - p(token), from -1 to 1: llama-perplexity's delta p
  bool same_top = false;          ///< both would say the same next (of equal logits the first counts)
};

/// The score of one token in exact mode: in double, from both rows of logits, nothing clipped. A logit more
/// than 700 below its row's largest counts as 700 below it (a probability of 1e-304), minus infinity too, so
/// that every score is finite. Absent: a row holds NaN or plus infinity, or only minus infinities.
///
/// Shape: both rows [vocabulary]. Assumes: equal sizes, not empty, token within them. Allocates nothing and
/// shares nothing: call it for different rows in as many threads as you like. The same rows give the same
/// bytes on every CPU of an architecture. Error: below 1e-13 nats or 1e-13 of the value (a test holds it
/// against long double).
std::optional<TokenScore> score_token(std::span<const float> baseline, std::span<const float> candidate,
                                      std::int32_t token);

}  // namespace bitworth::quality
