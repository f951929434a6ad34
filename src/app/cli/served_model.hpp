#pragma once

#include <cstdint>

#include "bitworth/hardware/device.hpp"
#include "bitworth/hardware/kernels.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/scheme.hpp"
#include "bitworth/roofline/experts.hpp"
#include "bitworth/serving/step.hpp"

namespace bitworth::cli {

/// What a simulated replica serves, and on what.
struct ServedModel {
  llm::Architecture architecture;
  llm::Scheme scheme;
  llm::KvFormat kv_cache;
  hardware::Device device;
  hardware::EngineCosts engine;
  int tensor_parallel = 1;
  roofline::ExpertSplit experts = roofline::ExpertSplit::by_width;  ///< over these GPUs
  /// Data-parallel ranks that hold the experts together, each an equal part; they step in lockstep.
  int expert_ranks = 1;
  double gpu_memory_utilization = 0.9;
};

/// The time of a step of one rank, by roofline::StepModel.
serving::StepFunction step_function(const ServedModel&);

/// KV blocks of so many tokens that a rank holds; 0: the weights leave no room.
std::int64_t kv_blocks(const ServedModel&, int block_tokens);

}  // namespace bitworth::cli
