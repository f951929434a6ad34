#include "bitworth/roofline/capacity.hpp"

#include <algorithm>

#include "bitworth/llm/footprint.hpp"
#include "bitworth/roofline/weights.hpp"

namespace bitworth::roofline {
namespace {

// Layers that are split over devices split the cache with them.
double kv_shards(const llm::Architecture& a, const hardware::EngineCosts& engine, int gpus) {
  return engine.splits_layers ? gpus : llm::kv_shards(a, gpus);
}

}  // namespace

MemoryPlan plan_memory(const llm::Architecture& a, const llm::Scheme& scheme, const hardware::Device& device,
                       const hardware::EngineCosts& engine, double memory_utilization, int gpus_per_replica) {
  MemoryPlan plan;
  plan.usable = hardware::usable_memory(device) * memory_utilization;
  plan.weights = stored_weights(a, scheme) / gpus_per_replica;
  const Bytes left = plan.usable - plan.weights - engine.reserve;
  plan.kv_cache = left > Bytes(0) ? left * engine.free_share : left;
  plan.workspace = plan.usable - plan.weights - plan.kv_cache;
  return plan;
}

MemoryPlan plan_memory(const cases::Case& c, const cases::Option& option, int gpus_per_replica) {
  return plan_memory(c.architecture, option.scheme, c.hardware.device, option.kernels.engine,
                     c.engine.gpu_memory_utilization, gpus_per_replica);
}

double cached_tokens(const llm::Architecture& a, const llm::KvFormat& kv, const hardware::EngineCosts& engine,
                     const MemoryPlan& plan, int gpus_per_replica) {
  return plan.kv_cache * kv_shards(a, engine, gpus_per_replica) / llm::kv_bytes_per_token(a, kv);
}

double sequences_that_fit(const cases::Case& c, const cases::Option& option, const MemoryPlan& plan,
                          int gpus_per_replica) {
  if (!plan.fits()) return 0;
  const hardware::EngineCosts& engine = option.kernels.engine;
  // Engines that never evict keep the whole output's place from the start; mean_decode_context holds half.
  constexpr double held_by_mean_context = 0.5;
  const double context = workload::mean_decode_context(c.workload) +
                         (engine.held_output - held_by_mean_context) * c.workload.output_tokens.mean();
  const Bytes each = llm::kv_cache_bytes(c.architecture, option.kv_cache, context) /
                     kv_shards(c.architecture, engine, gpus_per_replica);
  return plan.kv_cache / each;
}

}  // namespace bitworth::roofline
