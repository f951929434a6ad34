#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "bitworth/serving/request_record.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::serving {

/// What must be free before a request leaves the queue.
enum class Admission {
  whole_prompt,  ///< blocks for all of its tokens (vLLM 0.19 on: scheduler_reserve_full_isl)
  first_chunk    ///< blocks for the chunk that this step prefills
};

/// When a step's batch is put together.
enum class Scheduling {
  at_start,       ///< when the step before has ended
  one_step_ahead  ///< while the step before runs, so that the host's work hides behind it; who arrives then
                  ///< joins a step later (vLLM: async_scheduling)
};

/// Which replica a request goes to.
enum class Router {
  round_robin,
  least_loaded  ///< fewest running requests plus four times the waiting ones, as vLLM's data parallelism
};

/// What a simulation keeps of what it sees.
enum class Kept {
  everything,
  operation,     ///< all but intervals, the gaps between tokens, the KV cache and the stretches over time
  service_level  ///< the histograms of TTFT, TPOT and E2E and counts of requests; a fraction of the time, for
                 ///< searches
};

/// How one replica batches. Assumes: all positive, max_num_seqs <= token_budget (vLLM refuses it otherwise).
struct EngineLimits {
  int token_budget = 2048;  ///< tokens in one step, prefill chunks included
  int max_num_seqs = 256;
  std::int64_t kv_blocks = 0;
  int block_tokens = 16;
  Admission admission = Admission::whole_prompt;
  Scheduling scheduling = Scheduling::at_start;
  bool prefix_caching = false;
};

/// What a request must keep to count as served well; absent: anything will do.
struct ServiceLevel {
  std::optional<Seconds> ttft;
  std::optional<Seconds> tpot;
  std::optional<Seconds> e2e;
};

/// What all GPUs of a replica draw: in a step while memory is waited for, in a step else, between steps.
struct ReplicaPower {
  Watts memory_bound;
  Watts other;
  Watts idle;
};

struct SimulationSettings {
  EngineLimits engine;
  int replicas = 1;
  Router router = Router::round_robin;
  ServiceLevel service_level;
  std::optional<ReplicaPower> power;
  double arrival_stretch = 1;  ///< factor on the times between arrivals: 0.5 doubles the load
  Kept kept = Kept::everything;
  /// The run is given up once more requests than this miss the same part of the service level. Of replicas in
  /// round robin alone.
  std::optional<std::int64_t> most_misses;
  bool keep_requests = false;  ///< a record of each request; memory then grows with their number
  /// Called with each request as it ends; of several replicas in round robin, one replica after the other.
  std::function<void(const RequestRecord&)> on_finished = {};
};

}  // namespace bitworth::serving
