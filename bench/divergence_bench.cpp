// How fast tokens are scored against a baseline, by size of the vocabulary. Reference: reading both rows
// once, the least that any score must do.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "bitworth/base/rng.hpp"
#include "bitworth/quality/token_compat.hpp"
#include "bitworth/quality/token_score.hpp"

namespace bitworth {
namespace {

// As many rows as do not stay in the CPU's cache between their scores.
constexpr std::size_t rows = 64;

struct Logits {
  explicit Logits(std::size_t width) : vocabulary(width) {
    Rng rng(1);
    for (std::size_t i = 0; i < rows * vocabulary; ++i) {
      const double logit = 3 * rng.normal();
      baseline.push_back(static_cast<float>(logit));
      candidate.push_back(static_cast<float>(logit + 0.1 * rng.normal()));
    }
  }
  std::span<const float> row(const std::vector<float>& logits, std::size_t i) const {
    return std::span(logits).subspan(i % rows * vocabulary, vocabulary);
  }
  std::size_t vocabulary;
  std::vector<float> baseline, candidate;
};

void read_rows(benchmark::State& state) {
  const Logits logits(static_cast<std::size_t>(state.range(0)));
  std::size_t i = 0;
  for (auto _ : state) {
    float top = 0;
    for (const auto* side : {&logits.baseline, &logits.candidate})
      for (const float logit : logits.row(*side, i)) top = std::max(top, logit);
    benchmark::DoNotOptimize(top);
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}

void score_exactly(benchmark::State& state) {
  const Logits logits(static_cast<std::size_t>(state.range(0)));
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        quality::score_token(logits.row(logits.baseline, i), logits.row(logits.candidate, i), 7));
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}

void encode(benchmark::State& state) {
  const Logits logits(static_cast<std::size_t>(state.range(0)));
  std::vector<std::uint16_t> words(quality::encoded_words(static_cast<int>(state.range(0))));
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(quality::encode_log_probs(logits.row(logits.baseline, i), 7, words));
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}

void score_compatibly(benchmark::State& state) {
  const Logits logits(static_cast<std::size_t>(state.range(0)));
  std::vector<std::uint16_t> words(quality::encoded_words(static_cast<int>(state.range(0))));
  quality::encode_log_probs(logits.row(logits.baseline, 0), 7, words);
  for (auto _ : state)
    benchmark::DoNotOptimize(quality::score_token_compat(words, logits.row(logits.candidate, 0), 7));
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(read_rows)->Arg(32'000)->Arg(128'256);
BENCHMARK(score_exactly)->Arg(32'000)->Arg(128'256);
BENCHMARK(encode)->Arg(32'000)->Arg(128'256);
BENCHMARK(score_compatibly)->Arg(32'000)->Arg(128'256);

}  // namespace
}  // namespace bitworth
