#include "bitworth/decision/operation.hpp"

#include <algorithm>
#include <cmath>

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

// The case with the engine run as the shape has it.
cases::Case shaped(cases::Case c, const ReplicaShape& shape) {
  c.engine.max_num_seqs = shape.max_num_seqs;
  c.engine.token_budget = shape.token_budget;
  return c;
}

void explain(const cases::Case& c, const cases::Option& option, double requests_per_second,
             Operation& result) {
  const int gpus = result.shape.gpus;
  const roofline::StepModel model = step_model(c, option, 1, gpus);
  result.memory = roofline::plan_memory(c, option, gpus);
  result.sequences_that_fit = roofline::sequences_that_fit(c, option, result.memory, gpus);
  result.closed_form = roofline::capacity(c, model, result.sequences_that_fit);
  result.prefill = model(prefill_only(c));
  const double most = std::clamp(result.sequences_that_fit, 1.0, static_cast<double>(c.engine.max_num_seqs));
  result.state =
      result.plan ? roofline::at_load(c, model, requests_per_second, most) : roofline::at_batch(c, model, 1);
  result.decode = model(decode_only(c, result.state.batch));
  result.decode_share = result.decode.total() / result.state.step.total();
}

void price(const cases::Case& c, const Basis& basis, const Inputs& medians, Operation& result) {
  result.cost = economics::price_fleet(result.plan->use, gpu_terms(c, basis, medians));
  const double dollars = result.cost->after;
  const double requests = medians.requests_per_second * one_month.value();
  const double prompts = requests * c.workload.prompt_tokens.mean(),
               answers = requests * c.workload.output_tokens.mean();
  constexpr double million = 1e6;
  result.unit_costs = {.per_request = dollars / requests,
                       .per_million_input_tokens = dollars * (1 - result.decode_share) / prompts * million,
                       .per_million_output_tokens = dollars * result.decode_share / answers * million,
                       .per_million_tokens = dollars / (prompts + answers) * million};
}

}  // namespace

double Operation::memory_bound_fraction() const {
  return at_mean ? at_mean->memory_bound_fraction : state.step.memory_bound_fraction();
}

double Operation::batch_at_mean_load() const {
  return at_mean ? at_mean->batch : state.batch;
}

Operation operate(const cases::Case& c, const Basis& basis, const Inputs& medians, std::size_t index) {
  const cases::Option& option = index == baseline_index ? c.baseline : c.options[index];
  const CapacityTable& table = basis.table(index);
  Operation result;
  result.plan = plan_fleet(c, basis, medians, index);
  result.missed = table.missed;
  if (result.plan) {
    const ShapeCapacity& capacity = table.shapes[result.plan->shape_index];
    result.shape = capacity.shape;
    result.source = capacity.source;
    result.gives_way = capacity.gives_way;
    result.capacity_error = std::hypot(basis.capacities.common_error, table.own_error);
  } else {
    const int gpus = table.missed ? table.missed->gpus : gpus_to_try(c, option).back();
    result.shape = {gpus, c.engine.max_num_seqs, c.engine.token_budget};
  }
  // Of one replica, over the time that it runs.
  const double mean =
      result.plan ? result.plan->use.utilization * result.plan->replica_requests_per_second : 0;
  explain(shaped(c, result.shape), option, mean, result);
  if (!result.plan) return result;
  if (const auto& replica = table.shapes[result.plan->shape_index].replica) {
    const double peak =
        medians.requests_per_second * c.workload.peak_to_mean / result.plan->use.peak.replicas;
    result.at_mean = basis.in_a_hurry ? replica->near(mean) : replica->at(mean);
    result.at_peak = basis.in_a_hurry ? replica->near(peak) : replica->at(peak);
  }
  if (c.hardware.priced()) price(c, basis, medians, result);
  return result;
}

Operation operate_api(const cases::Case& c, const Inputs& medians, std::size_t option) {
  Operation result;
  result.served_by_others = true;
  const OptionInputs& own = medians.options[option];
  const double requests = medians.requests_per_second * one_month.value();
  const double prompts = requests * c.workload.prompt_tokens.mean(),
               answers = requests * c.workload.output_tokens.mean() * own.token_inflation;
  constexpr double million = 1e6;
  const double dollars = (prompts * own.api_input + answers * own.api_output) / million;
  result.cost = {dollars, dollars};
  result.unit_costs = {.per_request = dollars / requests,
                       .per_million_input_tokens = own.api_input,
                       .per_million_output_tokens = own.api_output,
                       .per_million_tokens = dollars / (prompts + answers) * million};
  return result;
}

Operation operate_alone(const cases::Case& c, std::size_t option) {
  cases::Case alone = option == baseline_index ? c : as_seen_by(c, c.options[option]);
  if (option != baseline_index) alone.baseline = c.options[option];
  alone.options.clear();
  return operate(alone, prepare(alone), median_inputs(alone), baseline_index);
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
