#include "bitworth/roofline/capacity.hpp"

#include <algorithm>

#include "bitworth/llm/footprint.hpp"

namespace bitworth::roofline {
namespace {

// Where no source gives it: the driver and the runtime hold back about a twentieth (L40S: 46068 MiB of "48
// GB").
constexpr double usable_share_of_nominal = 0.95;

Bytes usable_memory(const hardware::Device& device) {
  return device.usable_memory.value_or(device.memory * usable_share_of_nominal);
}

// The widest activations of a step: hidden states, the gate and up outputs, and the logits in 32 bits.
Bytes step_workspace(const cases::Case& c, int gpus) {
  const llm::Architecture& a = c.architecture;
  const double ffn = std::max(a.ffn, a.moe ? a.moe->expert_ffn * a.moe->experts_per_token : 0);
  const double per_token = 2.0 * (4.0 * a.hidden + 2.0 * ffn / gpus);
  const double per_row = 4.0 * a.vocab / gpus;
  return Bytes(c.engine.token_budget * per_token + c.engine.max_num_seqs * per_row);
}

}  // namespace

MemoryPlan plan_memory(const cases::Case& c, const cases::Option& option, int gpus_per_replica) {
  const double shards = gpus_per_replica;
  const llm::WeightBytes weights = llm::weight_bytes(c.architecture, option.scheme);
  MemoryPlan plan;
  plan.usable = usable_memory(c.hardware.device) * c.engine.gpu_memory_utilization;
  plan.weights = weights.total() / shards;
  plan.workspace = step_workspace(c, gpus_per_replica);
  plan.kv_cache = plan.usable - plan.weights - plan.workspace;
  return plan;
}

double sequences_that_fit(const cases::Case& c, const cases::Option& option, const MemoryPlan& plan,
                          int gpus_per_replica) {
  if (!plan.fits()) return 0;
  const double context = workload::mean_decode_context(c.workload);
  const Bytes each = llm::kv_cache_bytes(c.architecture, option.kv_cache, context) /
                     llm::kv_shards(c.architecture, gpus_per_replica);
  return plan.kv_cache / each;
}

}  // namespace bitworth::roofline
