#pragma once

#include "bitworth/cases/case.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::roofline {

/// Memory of one GPU of a replica. Negative kv_cache: it does not fit, by that much.
struct MemoryPlan {
  Bytes usable;  ///< what the engine may take
  Bytes weights;
  Bytes workspace;  ///< what the engine keeps for activations and its runtime
  Bytes kv_cache;   ///< what is left

  bool fits() const { return kv_cache > Bytes(0); }
};
MemoryPlan plan_memory(const llm::Architecture&, const llm::Scheme&, const hardware::Device&,
                       const hardware::EngineCosts&, double memory_utilization, int gpus_per_replica);
MemoryPlan plan_memory(const cases::Case&, const cases::Option&, int gpus_per_replica);

/// Tokens that the KV cache of a replica holds; negative where the weights do not fit.
double cached_tokens(const llm::Architecture&, const llm::KvFormat&, const hardware::EngineCosts&,
                     const MemoryPlan&, int gpus_per_replica);

/// Sequences of the case's lengths that the KV cache of a replica holds at once, on average.
double sequences_that_fit(const cases::Case&, const cases::Option&, const MemoryPlan&, int gpus_per_replica);

}  // namespace bitworth::roofline
