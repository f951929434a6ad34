#include "bitworth/quality/token_score.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

// Built for three generations of x86; the loader takes the widest that the CPU has. All give the same bytes:
// the lanes and their order are fixed below, and multiplications and additions are never fused.
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__)
#define BITWORTH_EACH_CPU __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define BITWORTH_EACH_CPU
#endif

namespace bitworth::quality {
namespace {

constexpr std::size_t lanes = 8;
using Floats = float __attribute__((vector_size(lanes * sizeof(float))));
using Ints = std::int32_t __attribute__((vector_size(lanes * sizeof(std::int32_t))));
using Doubles = double __attribute__((vector_size(lanes * sizeof(double))));
using Longs = std::int64_t __attribute__((vector_size(lanes * sizeof(std::int64_t))));

constexpr double lowest = -700;  // e^-700 is still a normal number
constexpr float minus_infinity = -std::numeric_limits<float>::infinity();

// Vectors go in and out by reference: by value they would need an ABI that depends on the CPU.

/// Eight logits from a place in a row, filled with minus infinity behind its end.
[[gnu::always_inline]] inline void load(std::span<const float> row, std::size_t at, Floats& result) {
  if (at + lanes <= row.size()) [[likely]] {
    std::memcpy(&result, row.data() + at, sizeof result);
    return;
  }
  result = Floats{} + minus_infinity;
  for (std::size_t i = 0; at + i < row.size(); ++i) result[i] = row[at + i];
}

struct Top {
  float logit = minus_infinity;
  std::size_t token = 0;  ///< the first of the largest
  bool usable = false;
};

/// The largest logit, block by block: only the block that holds it is searched for its place.
[[gnu::always_inline]] inline Top find_top(std::span<const float> row) {
  constexpr std::size_t block = 512;
  Top top;
  std::size_t top_block = 0;
  Ints numbers = ~Ints{};
  for (std::size_t begin = 0; begin < row.size(); begin += block) {
    const std::size_t end = std::min(begin + block, row.size());
    Floats logits, largest = Floats{} + minus_infinity;
    for (std::size_t at = begin; at < end; at += lanes) {
      load(row, at, logits);
      largest = logits > largest ? logits : largest;
      numbers &= logits <= std::numeric_limits<float>::max();  // false for NaN and plus infinity
    }
    for (std::size_t i = 0; i < lanes; ++i) {
      if (largest[i] <= top.logit) continue;
      top.logit = largest[i];
      top_block = begin;
    }
  }
  bool all_numbers = true;
  for (std::size_t i = 0; i < lanes; ++i) all_numbers = all_numbers && numbers[i] != 0;
  top.usable = all_numbers && top.logit > minus_infinity;
  if (top.usable)
    top.token = static_cast<std::size_t>(
        std::find(row.begin() + static_cast<std::ptrdiff_t>(top_block), row.end(), top.logit) - row.begin());
  return top;
}

/// x to e^x for x from -700 to 0, within 5e-16 of the value: x = n ln 2 + r, the Taylor series of r up to its
/// 13th power, the exponent n added to the bits.
[[gnu::always_inline]] inline void exponential(const Doubles& x, Doubles& result) {
  constexpr double round_to_whole = 0x1.8p52, per_ln2 = 0x1.71547652b82fep0;
  constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;  // high * n is exact
  const Doubles shifted = x * per_ln2 + round_to_whole;
  const Doubles n = shifted - round_to_whole;
  const Doubles r = (x - n * ln2_high) - n * ln2_low;
  constexpr double factorials[] = {39916800., 3628800., 362880., 40320., 5040., 720.,
                                   120.,      24.,      6.,      2.,     1.,    1.};
  Doubles series = Doubles{} + 1 / 479001600.;
  for (const double factorial : factorials) series = series * r + 1 / factorial;
  result =
      reinterpret_cast<Doubles>(reinterpret_cast<Longs>(series) + (reinterpret_cast<Longs>(shifted) << 52));
}

/// How far eight logits are below the row's largest, no further than the lowest.
[[gnu::always_inline]] inline void load_below(std::span<const float> row, std::size_t at, double top,
                                              Doubles& x) {
  Floats logits;
  load(row, at, logits);
  const Doubles floor = Doubles{} + lowest;
  x = __builtin_convertvector(logits, Doubles) - top;
  x = x > floor ? x : floor;
}

[[gnu::always_inline]] inline double total(const Doubles& lanes_of_sum) {
  double sum = 0;
  for (std::size_t i = 0; i < lanes; ++i) sum += lanes_of_sum[i];
  return sum;
}

struct RowSums {
  Top baseline;
  Top candidate;
  double baseline_exps = 0;   ///< sum of e^(logit - top)
  double candidate_exps = 0;  ///< the same
  double weighted_gaps = 0;   ///< sum of e^(baseline) (baseline - candidate), each below its top
};

BITWORTH_EACH_CPU RowSums sum_rows(std::span<const float> baseline, std::span<const float> candidate) {
  RowSums result{find_top(baseline), find_top(candidate)};
  if (!result.baseline.usable || !result.candidate.usable) return result;
  const double top_p = static_cast<double>(result.baseline.logit);
  const double top_q = static_cast<double>(result.candidate.logit);
  Doubles p_sum{}, q_sum{}, gaps{}, x, y, p, q;
  for (std::size_t at = 0; at < baseline.size(); at += lanes) {
    load_below(baseline, at, top_p, x);
    load_below(candidate, at, top_q, y);
    exponential(x, p);
    exponential(y, q);
    p_sum += p;
    q_sum += q;
    gaps += p * (x - y);
  }
  result.baseline_exps = total(p_sum);
  result.candidate_exps = total(q_sum);
  result.weighted_gaps = total(gaps);
  return result;
}

double nll(float logit, float top, double log_sum) {
  return log_sum - std::max(static_cast<double>(logit) - static_cast<double>(top), lowest);
}

}  // namespace

std::optional<TokenScore> score_token(std::span<const float> baseline, std::span<const float> candidate,
                                      std::int32_t token) {
  const RowSums sums = sum_rows(baseline, candidate);
  if (!sums.baseline.usable || !sums.candidate.usable) return std::nullopt;
  const double baseline_log = std::log(sums.baseline_exps), candidate_log = std::log(sums.candidate_exps);
  const auto at = static_cast<std::size_t>(token);
  TokenScore score;
  score.baseline_nll = nll(baseline[at], sums.baseline.logit, baseline_log);
  score.candidate_nll = nll(candidate[at], sums.candidate.logit, candidate_log);
  // Rounding may leave a few 1e-16 below the zero that it cannot be below.
  score.kld = std::max(0.0, sums.weighted_gaps / sums.baseline_exps - (baseline_log - candidate_log));
  score.probability_change = std::exp(-score.candidate_nll) - std::exp(-score.baseline_nll);
  score.same_top = sums.baseline.token == sums.candidate.token;
  return score;
}

}  // namespace bitworth::quality
