#include "app/cli/served_model.hpp"

#include <algorithm>

#include "bitworth/formats/catalog.hpp"
#include "bitworth/hardware/step_kernels.hpp"
#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/step.hpp"
#include "bitworth/roofline/weights.hpp"

namespace bitworth::cli {
namespace {

using serving::BatchShape;
using serving::StepCost;

roofline::StepShape shape_of(const BatchShape& batch, double ranks) {
  roofline::StepShape shape;
  shape.decode_sequences = batch.decode_sequences * ranks;
  shape.prefill_tokens = batch.prefill_tokens * ranks;
  shape.sampled_rows = batch.sampled_rows * ranks;
  if (batch.decode_sequences > 0)
    shape.decode_context = static_cast<double>(batch.decode_context_sum) / batch.decode_sequences;
  // A token attends to itself too.
  if (batch.prefill_tokens > 0)
    shape.prefill_context = static_cast<double>(batch.prefill_context_sum) / batch.prefill_tokens + 1;
  return shape;
}

Seconds memory_bound(const roofline::StepTime& time) {
  return time.total() * time.memory_bound_fraction();
}

// The host's work for requests whose prompts end in this step: each is taken in once.
Seconds intake(const roofline::StepModel& model, const BatchShape& batch) {
  return model.per_request() * (batch.sampled_rows - batch.decode_sequences);
}

roofline::StepModel step_model(const ServedModel& served, const llm::Architecture& architecture, int gpus) {
  const auto kernels = hardware::find_step_kernels(*formats::built_in_catalog().kernels, served.engine,
                                                   architecture, served.scheme, served.device);
  return {architecture, served.scheme, served.kv_cache, served.device, kernels, gpus, 1, served.experts};
}

// Each rank computes everything but the experts for its own tokens, and its part of the experts for all
// ranks'. Gathering all tokens before the experts and scattering the sums after moves what one all-reduce of
// them does; tensor parallelism does two a layer.
serving::StepFunction expert_parallel(const ServedModel& served) {
  llm::Architecture without = served.architecture;
  without.moe.reset();
  without.ffn = 1;
  const int gpus = served.tensor_parallel;
  const auto whole = step_model(served, served.architecture, gpus), rest = step_model(served, without, gpus);
  const auto linked = step_model(served, without, gpus * served.expert_ranks);
  return [=](const BatchShape& batch) {
    const double ranks = served.expert_ranks;
    const roofline::StepTime own = rest(shape_of(batch, 1));
    const roofline::StepTime all = whole(shape_of(batch, ranks)), all_rest = rest(shape_of(batch, ranks));
    const Seconds exchange = linked(shape_of(batch, ranks)).communication / 2;
    const Seconds experts = (all.total() - all_rest.total()) / ranks;
    return StepCost{own.total() + experts + exchange + intake(whole, batch),
                    memory_bound(own) + (memory_bound(all) - memory_bound(all_rest)) / ranks};
  };
}

}  // namespace

serving::StepFunction step_function(const ServedModel& served) {
  if (served.expert_ranks > 1 && served.architecture.moe) return expert_parallel(served);
  return [model = step_model(served, served.architecture, served.tensor_parallel)](const BatchShape& batch) {
    const roofline::StepTime time = model(shape_of(batch, 1));
    return StepCost{time.total() + intake(model, batch), memory_bound(time)};
  };
}

std::int64_t kv_blocks(const ServedModel& served, int block_tokens) {
  roofline::MemoryPlan plan =
      roofline::plan_memory(served.architecture, served.scheme, served.device, served.engine,
                            served.gpu_memory_utilization, served.tensor_parallel);
  if (served.expert_ranks > 1) {
    const Bytes experts(llm::count_parameters(served.architecture).experts * served.scheme.weight_bits / 8 /
                        served.tensor_parallel);
    plan.kv_cache += experts * (1 - 1.0 / served.expert_ranks);
  }
  const double tokens = roofline::cached_tokens(served.architecture, served.kv_cache, served.engine, plan,
                                                served.tensor_parallel);
  return static_cast<std::int64_t>(std::max(0.0, tokens / block_tokens));
}

}  // namespace bitworth::cli
