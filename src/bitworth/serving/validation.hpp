#pragma once

#include "bitworth/serving/simulate.hpp"

namespace bitworth::serving {

/// Means over the requests of one run, from when the scheduler first saw each, as vLLM's queued_ts has it.
struct RunMeans {
  Seconds ttft;
  Seconds tpot;  ///< of requests with more than one output token
  Seconds e2e;
};

/// A run of a real engine: what it was asked, and what its users saw.
struct MeasuredRun {
  workload::Trace trace;
  RunMeans means;
};

/// Predicted over measured, less one.
struct RunErrors {
  double ttft = 0;
  double tpot = 0;
  double e2e = 0;
};

/// Assumes: the simulation kept its requests.
RunMeans means_of(const Simulation&);
RunErrors compare(const RunMeans& predicted, const RunMeans& measured);

}  // namespace bitworth::serving
