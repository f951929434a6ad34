#include "bitworth/roofline/steady_state.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::roofline {
namespace {

bool meets_tpot(const workload::Slo& slo, const SteadyState& state) {
  return !slo.tpot_p99 || state.step.total() <= *slo.tpot_p99;
}

bool meets_ttft(const workload::Slo& slo, const SteadyState& state) {
  return !slo.ttft_p99 || state.ttft <= *slo.ttft_p99;
}

// Time to prefill the longest prompts in chunks, beside a running batch.
Seconds time_to_first_token(const cases::Case& c, const StepModel& model, double batch) {
  const double prompt = c.workload.prompt_tokens.quantile(0.99);
  const double room = std::max(1.0, c.engine.token_budget - batch);
  const double chunk = std::min(prompt, room);
  const StepShape shape{.decode_sequences = batch,
                        .decode_context = workload::mean_decode_context(c.workload),
                        .prefill_tokens = chunk,
                        .prefill_context = prompt / 2,
                        .sampled_rows = batch + 1};
  return model(shape).total() * std::ceil(prompt / chunk);
}

// Rounded down to whole sequences, by bisection: both waits grow with the batch.
template <class Meets>
double largest_batch(double at_most, Meets meets) {
  double low = 1, high = std::floor(at_most);
  if (high < 1 || !meets(1)) return 0;
  if (meets(high)) return high;
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (meets(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

std::string to_text(Limit limit) {
  switch (limit) {
    case Limit::kv_memory:
      return "KV cache memory";
    case Limit::tpot:
      return "TPOT";
    case Limit::ttft:
      return "TTFT";
    case Limit::max_sequences:
      return "max_num_seqs";
    case Limit::infeasible:
      return "infeasible";
  }
  return "";
}

StepShape mixed_step(const cases::Case& c, double batch) {
  const double finished = batch / c.workload.output_tokens.mean();  // and as many are admitted
  return {.decode_sequences = batch,
          .decode_context = workload::mean_decode_context(c.workload),
          .prefill_tokens = finished * c.workload.prompt_tokens.mean(),
          .prefill_context = workload::mean_prefill_context(c.workload),
          .sampled_rows = batch + finished};
}

SteadyState at_batch(const cases::Case& c, const StepModel& model, double batch) {
  SteadyState state;
  state.batch = batch;
  state.step = model(mixed_step(c, batch));
  state.requests_per_second = batch / (c.workload.output_tokens.mean() * state.step.total().value());
  state.ttft = time_to_first_token(c, model, batch);
  return state;
}

Capacity capacity(const cases::Case& c, const StepModel& model, double sequences_that_fit) {
  const workload::Slo& slo = c.workload.slo;
  const double at_most = std::min<double>(sequences_that_fit, c.engine.max_num_seqs);
  Capacity result;
  if (at_most < 1) {
    result.missed = Limit::kv_memory;
    return result;
  }
  const double batch = largest_batch(at_most, [&](double candidate) {
    const SteadyState state = at_batch(c, model, candidate);
    return meets_tpot(slo, state) && meets_ttft(slo, state);
  });
  result.state = at_batch(c, model, std::max(1.0, batch));
  if (batch < 1) {
    result.missed = meets_tpot(slo, result.state) ? Limit::ttft : Limit::tpot;
    return result;
  }
  if (batch + 1 > at_most) {
    result.limit = sequences_that_fit < c.engine.max_num_seqs ? Limit::kv_memory : Limit::max_sequences;
  } else {
    result.limit = meets_tpot(slo, at_batch(c, model, batch + 1)) ? Limit::ttft : Limit::tpot;
  }
  return result;
}

SteadyState at_load(const cases::Case& c, const StepModel& model, double requests_per_second,
                    double at_most) {
  // The rate grows with the batch, so the batch that carries it is found by bisection.
  double low = 0, high = at_most;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (at_batch(c, model, middle).requests_per_second < requests_per_second ? low : high) = middle;
  }
  return at_batch(c, model, high);
}

}  // namespace bitworth::roofline
