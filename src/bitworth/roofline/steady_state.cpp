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

StepTime decode_step(const cases::Case& c, const StepModel& model, double batch) {
  return model({.decode_sequences = batch,
                .decode_context = workload::mean_decode_context(c.workload),
                .sampled_rows = batch});
}

// The longest prompts, each alone, wait for the step under way.
Seconds time_to_first_token(const cases::Case& c, const StepModel& model, const StepTime& decode) {
  const double prompt = c.workload.prompt_tokens.quantile(0.99);
  const StepTime prefill = prefill_time(model, 1, prompt, prompt_context(prompt), c.engine.token_budget);
  return prefill.total() + decode.total();
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

SteadyState at_batch(const cases::Case& c, const StepModel& model, double batch) {
  const workload::Workload& load = c.workload;
  const double output = load.output_tokens.mean();
  SteadyState state;
  state.batch = batch;
  state.step = decode_step(c, model, batch);
  state.ttft = time_to_first_token(c, model, state.step);
  StepTime others = prefill_time(model, batch, load.prompt_tokens.mean(),
                                 workload::mean_prefill_context(load), c.engine.token_budget);
  others.host += model.per_request() * batch;
  others *= 1 / output;
  state.step += others;
  state.requests_per_second = batch / (output * state.step.total().value());
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
