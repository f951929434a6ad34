#include "bitworth/quality/token_compat.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace bitworth::quality {
namespace {

constexpr std::size_t head_words = 4;  // the two floats

struct RowHead {
  float scale = 0;
  float lowest = 0;  ///< the least log-probability
};

RowHead head_of(std::span<const std::uint16_t> row) {
  RowHead head;
  std::memcpy(&head.scale, row.data(), sizeof(float));
  std::memcpy(&head.lowest, row.data() + 2, sizeof(float));
  return head;
}

bool all_numbers(std::span<const float> logits) {
  bool result = true;
  for (const float logit : logits) result &= logit <= std::numeric_limits<float>::max();
  return result;
}

struct Top {
  float logit = 0;
  std::size_t token = 0;
};

Top find_top(std::span<const float> logits) {
  Top top{logits[0], 0};
  for (std::size_t i = 1; i < logits.size(); ++i)
    if (logits[i] > top.logit) top = {logits[i], i};
  return top;
}

// expf of the C library, added up in the order of the tokens: another order would change last bits of the
// file.
double sum_of_exps(std::span<const float> logits, float top) {
  double sum = 0;
  for (const float logit : logits) sum += static_cast<double>(std::exp(logit - top));
  return sum;
}

// Half to even, by the float that has no bits left for a fraction.
std::uint16_t nearest_word(float value) {
  const auto bits = std::bit_cast<std::int32_t>(value + 12582912.F);
  return static_cast<std::uint16_t>((bits & 0x007fffff) - 0x00400000);
}

}  // namespace

std::optional<float> encode_log_probs(std::span<const float> logits, std::int32_t token,
                                      std::span<std::uint16_t> row) {
  const float top = find_top(logits).logit;
  if (!all_numbers(logits) || !std::isfinite(top)) return std::nullopt;
  float least = top;
  for (const float logit : logits) least = std::min(least, logit);
  least = std::max(least, top - clip_nats);
  const auto log_sum = static_cast<float>(std::log(sum_of_exps(logits, top)));
  const RowHead head{(top - least) / 65535.F, least - top - log_sum};
  std::memcpy(row.data(), &head.scale, sizeof(float));
  std::memcpy(row.data() + 2, &head.lowest, sizeof(float));
  const std::span<std::uint16_t> words = row.subspan(head_words);
  std::ranges::fill(words, std::uint16_t{0});
  if (head.scale != 0) {
    const float steps = 1 / head.scale;
    for (std::size_t i = 0; i < logits.size(); ++i)
      if (logits[i] > least) words[i] = nearest_word(steps * (logits[i] - least));
  }
  return top + log_sum - logits[static_cast<std::size_t>(token)];
}

bool valid_log_probs(std::span<const std::uint16_t> row) {
  const RowHead head = head_of(row);
  return head.scale >= 0 && head.scale <= std::numeric_limits<float>::max() && std::isfinite(head.lowest);
}

std::optional<TokenScore> score_token_compat(std::span<const std::uint16_t> baseline_row,
                                             std::span<const float> candidate, std::int32_t token) {
  const Top top = find_top(candidate);
  if (!valid_log_probs(baseline_row) || !all_numbers(candidate) || !std::isfinite(top.logit))
    return std::nullopt;
  const auto log_sum = static_cast<float>(std::log(sum_of_exps(candidate, top.logit)));
  const RowHead head = head_of(baseline_row);
  const std::span<const std::uint16_t> words = baseline_row.subspan(head_words, candidate.size());
  const auto log_p = [&](std::size_t i) { return head.scale * static_cast<float>(words[i]) + head.lowest; };

  const auto at = static_cast<std::size_t>(token);
  const float nll = top.logit + log_sum - candidate[at];
  const float baseline_nll = -log_p(at);
  const float log_total = top.logit + log_sum;
  double kld = 0;
  Top baseline_top{log_p(0), 0};
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    const float p = log_p(i);
    if (p > baseline_top.logit) baseline_top = {p, i};
    if (p > -clip_nats) kld += static_cast<double>(std::exp(p) * (p - candidate[i] + log_total));
  }
  if (!std::isfinite(kld) || !std::isfinite(nll)) return std::nullopt;
  const float change = std::exp(-nll) - std::exp(-baseline_nll);
  return TokenScore{static_cast<double>(baseline_nll), static_cast<double>(nll), kld,
                    static_cast<double>(change), top.token == baseline_top.token};
}

}  // namespace bitworth::quality
