#include "bitworth/decision/operation.hpp"

#include <algorithm>

#include "bitworth/decision/worth.hpp"

namespace bitworth::decision {
namespace {

roofline::StepShape decode_only(const cases::Case& c, double batch) {
  return {.decode_sequences = batch,
          .decode_context = workload::mean_decode_context(c.workload),
          .sampled_rows = batch};
}

roofline::StepShape prefill_only(const cases::Case& c) {
  const double tokens = c.engine.token_budget;
  return {.prefill_tokens = tokens,
          .prefill_context = workload::mean_prefill_context(c.workload),
          .sampled_rows = tokens / c.workload.prompt_tokens.mean()};
}

}  // namespace

Operation operate(const cases::Case& c, const cases::Option& option, const Inputs& inputs,
                  const OptionInputs& own) {
  Operation result;
  result.deployment = best_deployment(c, option, own.time_factor, inputs.requests_per_second);
  const Deployment& d = result.deployment;
  const roofline::StepModel model = step_model(c, option, own.time_factor, d.gpus_per_replica);
  result.prefill = model(prefill_only(c));
  if (!d.feasible()) {
    result.state = roofline::at_batch(c, model, 1);
    result.decode = model(decode_only(c, 1));
    return result;
  }
  const double per_replica = inputs.requests_per_second / d.fleet->replicas;
  result.state = roofline::at_load(c, model, per_replica, d.capacity.state.batch);
  result.decode = model(decode_only(c, result.state.batch));
  result.decode_share = result.decode.total() / result.state.step.total();
  const double output = c.workload.output_tokens.mean();
  result.output_tokens_per_second_per_gpu = d.requests_per_second_per_gpu() * output;
  if (c.hardware.price_per_gpu_hour) {
    const double per_hour = d.fleet->gpus() * inputs.price_per_gpu_hour;
    const double requests_per_hour = inputs.requests_per_second * one_hour.value();
    result.dollars_per_month = fleet_dollars_per_month(inputs, *d.fleet);
    result.dollars_per_million_output_tokens =
        economics::dollars_per_million(per_hour, requests_per_hour * output);
    result.dollars_per_million_tokens = economics::dollars_per_million(
        per_hour, requests_per_hour * (output + c.workload.prompt_tokens.mean()));
  }
  return result;
}

double step_ratio(const cases::Case& c, const Inputs& inputs, std::size_t option, double batch,
                  int gpus_per_replica) {
  const roofline::StepShape shape = decode_only(c, batch);
  const auto time = [&](const cases::Option& which, const OptionInputs& own) {
    return step_model(c, which, own.time_factor, gpus_per_replica)(shape).total();
  };
  return time(c.baseline, inputs.baseline) / time(c.options[option], inputs.options[option]);
}

}  // namespace bitworth::decision
