#include "bitworth/roofline/replica.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/rng.hpp"
#include "bitworth/llm/footprint.hpp"

namespace bitworth::roofline {

std::string_view to_text(Phase phase) {
  return phase == Phase::decode ? "decode" : "prefill";
}

Replica::Replica(const cases::Case& c, const cases::Option& option, int gpus)
    : case_(c),
      kv_cache_(option.kv_cache),
      model_(c.architecture, option.runs_as, option.kv_cache, c.hardware.device, option.kernels, gpus, 1,
             expert_split(option)),
      memory_(plan_memory(c, option, gpus)),
      cached_tokens_(
          roofline::cached_tokens(c.architecture, option.kv_cache, option.kernels.engine, memory_, gpus)) {}

Steps Replica::steps(Phase phase, const LoadPoint& point) const {
  if (phase == Phase::prefill)
    return prefill_steps(model_, point.batch, point.prompt_tokens, prompt_context(point.prompt_tokens),
                         case_.engine.token_budget);
  return {
      {.decode_sequences = point.batch, .decode_context = point.context_tokens, .sampled_rows = point.batch},
      1};
}

StepTime Replica::time(Phase phase, const LoadPoint& point) const {
  const Steps all = steps(phase, point);
  StepTime time = model_(all.shape);
  time *= all.count;
  return time;
}

double Replica::sequences_that_fit(double context_tokens) const {
  if (!memory_.fits()) return 0;
  // Windows that are full take no more.
  const double tokens = llm::kv_cache_bytes(case_.architecture, kv_cache_, context_tokens) /
                        llm::kv_bytes_per_token(case_.architecture, kv_cache_);
  return cached_tokens_ / tokens;
}

bool Replica::fits(Phase phase, const LoadPoint& point) const {
  const double each = phase == Phase::prefill ? point.prompt_tokens : point.context_tokens;
  return sequences_that_fit(each) >= point.batch;
}

Speedup with_interval(const cases::Case& c, const cases::Option& option, Phase phase, double speedup) {
  if (option.runs_as.id == c.baseline.runs_as.id && option.expert_parallel == c.baseline.expert_parallel)
    return {speedup, speedup, speedup};
  double sigma = hardware::relative_sigma(option.kernels, speedup);
  if (phase == Phase::prefill) sigma = std::hypot(sigma, option.kernels.spread.prefill);
  const double reach = std::exp(normal_quantile(0.9) * sigma);
  return {speedup, speedup / reach, speedup * reach};
}

}  // namespace bitworth::roofline
