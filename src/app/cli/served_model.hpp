#pragma once

#include <cstdint>
#include <optional>

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
  /// Steps are put together while the one before runs, so that the host's work hides behind the GPU's.
  bool host_hides = true;
  std::optional<hardware::Link> link = {};  ///< between these GPUs, where it is known better than the device
  double gpu_memory_utilization = 0.9;
};

/// The time of a step of one rank, by roofline::StepModel. With several expert ranks: of its own part, that
/// is of all but the experts.
serving::StepFunction step_function(const ServedModel&);

/// What expert ranks do together: gather all ranks' rows, compute the experts, scatter the sums.
/// Assumes: several expert ranks and a mixture of experts.
serving::SharedStepFunction shared_step_function(const ServedModel&);

/// KV blocks of so many tokens that a rank holds; 0: the weights leave no room.
std::int64_t kv_blocks(const ServedModel&, int block_tokens);

}  // namespace bitworth::cli
