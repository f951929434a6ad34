#pragma once

#include <optional>
#include <vector>

#include "bitworth/serving/recorder.hpp"
#include "bitworth/serving/settings.hpp"
#include "bitworth/serving/step_table.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::serving {

/// What became of a trace. Times in seconds. Where only the service level is kept, histograms, requests and
/// the totals' counts of requests and tokens are all that is set.
struct Simulation {
  Distribution ttft;  ///< arrival to first token
  Distribution tpot;  ///< (E2E - TTFT) / (output tokens - 1) of each request with more than one
  Distribution itl;   ///< each gap between two tokens of a request
  Distribution e2e;   ///< arrival to last token
  Totals totals;
  bool given_up = false;   ///< of the first requests alone
  Seconds duration;        ///< first arrival to the end of the last step
  PerSecond goodput;       ///< requests within the service level, over the duration
  PerSecond request_rate;  ///< requests finished over the duration
  TokensPerSecond output_rate;
  double busy_share = 0;  ///< of the replicas' time
  double memory_bound_fraction =
      0;                     ///< of the busy time: the article's memory_bound_fraction of this traffic
  double mean_running = 0;   ///< sequences of one replica while it is busy
  double kv_share_mean = 0;  ///< of the blocks of one replica while it is busy
  double kv_share_peak = 0;
  std::optional<Joules> energy;

  struct Moment {
    Seconds start;
    double running = 0;  ///< sequences of one replica, mean while busy
    double waiting = 0;
    double kv_share = 0;
    double busy_share = 0;
  };
  std::vector<Moment> over_time;  ///< at most 64 stretches of equal length

  struct Histograms {
    LogHistogram ttft, tpot, e2e;
  } histograms;  ///< for other percentiles

  std::vector<RequestRecord> requests;  ///< in the order of their ends; empty unless asked for
};

/// Runs the trace through the replicas. The same inputs give the same bytes; requests of one instant are
/// served in the order of the trace. Assumes: the trace is sorted; the table was made for the engine's
/// max_num_seqs and token_budget.
Simulation simulate(const workload::Trace&, const StepTable&, const SimulationSettings&);

/// The same with replicas that step together, as data-parallel ranks with shared experts do: each step takes
/// the longest of their own parts, which the table gives, and what they do together. A rank without work
/// takes part with one token.
Simulation simulate_in_lockstep(const workload::Trace&, const StepTable&, const SharedStepFunction&,
                                const SimulationSettings&);

}  // namespace bitworth::serving
