#pragma once

#include <cstdint>
#include <string>

#include "app/cli/request_log_flags.hpp"
#include "app/cli/served_model.hpp"
#include "bitworth/serving/settings.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::cli {

/// What `bitworth simulate` is told.
struct SimulateFlags {
  std::string case_path, option;
  std::string model, device, scheme = "bf16", kv_cache, engine = "vllm";
  std::string trace, workload, week;
  RequestLogFlags log_format;
  std::string ttft, tpot, e2e, router = "round-robin", log;
  double rate = 0;           // 0: as logged, or as the case or the workload has it
  std::size_t requests = 0;  // 0: 20,000, or a week of them
  std::uint64_t seed = 1;
  int tensor_parallel = 0, replicas = 0;   // 0: as the case deploys it, else 1
  int max_num_seqs = 0, token_budget = 0;  // 0: the case's, else the engine's
  int prefix_tokens = 0, prefixes = 1;
  double prefix_share = 1;
  bool prefix_caching = true, capacity = false;
};

/// What is simulated, from a case or from flags.
struct SimulateQuestion {
  ServedModel served;
  workload::Trace trace;
  std::string traffic;  ///< in words
  serving::SimulationSettings settings;
};

/// Throws Failure.
SimulateQuestion ask(const SimulateFlags&);

}  // namespace bitworth::cli
