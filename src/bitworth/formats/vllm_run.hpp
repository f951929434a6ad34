#pragma once

#include <expected>
#include <optional>
#include <string>

#include "bitworth/base/error.hpp"
#include "bitworth/hardware/device.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::formats {

/// A run of vLLM as a folder records it: meta.json with the engine's settings, requests.jsonl with each
/// request's times, and, where it is there, config.json with the machine in LLMServingSim's words.
struct VllmRun {
  std::string architecture;            ///< as published: "meta-llama/Llama-3.1-8B"
  std::string device;                  ///< as the driver or config.json names it; empty: not recorded
  std::optional<hardware::Link> link;  ///< between the GPUs, as config.json states it
  std::string weight_format = "bfloat16";
  std::string kv_cache_format = "auto";
  int tensor_parallel = 1;
  int data_parallel = 1;
  bool expert_parallel = false;
  bool async_scheduling = true;  ///< the default of recent versions, as is the next
  bool prefix_caching = true;
  int max_num_seqs = 256;
  int token_budget = 2048;
  int block_tokens = 16;
  double gpu_memory_utilization = 0.9;
  std::optional<std::int64_t> kv_blocks;  ///< of one rank
  /// Arrivals as the client saw them, or, where that is not recorded, as the engine queued them: between
  /// steps, up to a step later.
  workload::Trace trace;
  // Means over the requests from queued_ts on; TPOT over those with more than one output token.
  double ttft_seconds = 0;
  double tpot_seconds = 0;
  double e2e_seconds = 0;
};

/// Fails: a file is missing or malformed, a request lacks a time, there is no request.
std::expected<VllmRun, Error> read_vllm_run(const std::string& folder);

}  // namespace bitworth::formats
