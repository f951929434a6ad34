#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bitworth/hardware/step_kernels.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/scheme.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::cases {

/// One matrix multiplication of `rows` with weights of `inner` x `outer`, timed alone.
struct KernelTiming {
  double rows = 1;
  double inner = 1;
  double outer = 1;
  Seconds time;
};

enum class RunPhase { decode, prefill, request };

/// A run of a whole model: one decode step, the prompts of a batch, or whole requests together.
struct MeasuredRun {
  std::shared_ptr<const llm::Architecture> architecture;  ///< never null
  llm::KvFormat kv_cache;
  int gpus = 1;
  RunPhase phase = RunPhase::decode;
  double batch = 1;
  double prompt_tokens = 0;
  double output_tokens = 1;
  Seconds time;
};

/// All measurements of one kernel on one device.
struct FitGroup {
  hardware::Device device;
  hardware::EngineCosts engine;
  llm::Scheme scheme;
  hardware::Kernel shipped;  ///< the constants to start from, under the name that the engine asks for
  std::vector<KernelTiming> timings;
  std::vector<MeasuredRun> runs;

  std::size_t points() const { return timings.size() + runs.size(); }
};

}  // namespace bitworth::cases
