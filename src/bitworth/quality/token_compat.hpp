#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "bitworth/quality/token_score.hpp"

namespace bitworth::quality {

/// Compat mode: llama-perplexity's arithmetic, with its mixture of float and double in its order, so that the
/// numbers and the base file are the same to the last digit. It keeps the baseline as 16-bit
/// log-probabilities no lower than 16 nats below the largest (exact mode has no such clip: use that for
/// conclusions). Source: llama.cpp tools/perplexity/perplexity.cpp at commit de3ff815, whose outputs the
/// tests compare.

/// How far below a row's largest the file reaches, and below 1 the sum of the divergence.
inline constexpr float clip_nats = 16;

/// The 16-bit words of one row in the base file: a float scale, a float for the lowest log-probability, then
/// a word for each token, rounded up to an even number.
constexpr std::size_t encoded_words(int vocabulary) {
  return 2 * ((static_cast<std::size_t>(vocabulary) + 1) / 2) + 4;
}

/// Writes the baseline's row as the base file holds it and returns -ln p(token) before that rounding: the
/// value that a run of the baseline itself adds up. Absent: the row holds NaN or an infinity other than
/// minus. Shape: logits [vocabulary], row [encoded_words(vocabulary)].
std::optional<float> encode_log_probs(std::span<const float> logits, std::int32_t token,
                                      std::span<std::uint16_t> row);

/// False: no such row can be in a base file (its scale is negative, or either float is not finite).
bool valid_log_probs(std::span<const std::uint16_t> row);

/// The score of one token against the baseline's encoded row. kld is a double, the others are floats.
/// Absent: a logit is not a number, or no logit is finite, or the encoded row is not valid.
std::optional<TokenScore> score_token_compat(std::span<const std::uint16_t> baseline_row,
                                             std::span<const float> candidate, std::int32_t token);

}  // namespace bitworth::quality
