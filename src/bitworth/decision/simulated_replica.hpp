#pragma once

#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/replica_shape.hpp"
#include "bitworth/roofline/step.hpp"
#include "bitworth/serving/capacity_search.hpp"
#include "bitworth/serving/simulate.hpp"

namespace bitworth::decision {

/// The time model as the simulator asks for it: prompts that end in a step bring the host's work for their
/// requests along, and with one_step_ahead the host's other work hides behind the GPU's. For one thread at a
/// time: it remembers the last step's matrices.
serving::StepFunction step_function(roofline::StepModel, serving::Scheduling);

/// Tokens to a block of the KV cache, as vLLM has it.
inline constexpr int block_tokens = 16;

/// What the SLO of a case asks of a simulation. A case without one asks for a first token within ten
/// seconds, so that a queue that grows without end counts as a miss.
std::vector<serving::Requirement> requirements(const workload::Slo&);

/// How much slower everything could be and still keep every requirement; below 1: one is missed. 0: more
/// requests than that do not fit the KV cache at all.
struct Slack {
  double factor = 0;
  serving::Requirement tightest;
  bool at_most = false;  ///< the run was given up: it may be less
};
Slack slack(const serving::Simulation&, const std::vector<serving::Requirement>&, std::size_t requests);

/// One replica of an option under simulated requests, all of its times at their medians.
class SimulatedReplica {
 public:
  /// `largest`: the most sequences and tokens a step that run() will be asked for. `token_step`: StepTable's.
  SimulatedReplica(const cases::Case&, const cases::Option&, const ReplicaShape& largest, int token_step = 1);

  /// KV blocks; 0: the weights leave no room.
  std::int64_t kv_blocks() const { return kv_blocks_; }

  /// That it can be run with.
  int most_sequences() const { return table_.max_num_seqs(); }
  int most_tokens() const { return table_.token_budget(); }

  /// The trace at that rate. Assumes: kv_blocks() > 0; the shape's GPUs are those of `largest`.
  serving::Simulation run(const workload::Trace&, const ReplicaShape&, double requests_per_second,
                          serving::Kept = serving::Kept::everything) const;

  /// The slack that it leaves. Where that is less than `enough`, this alone may be told, in less time.
  Slack slack_at(const workload::Trace&, const ReplicaShape&, double requests_per_second,
                 const std::vector<serving::Requirement>&, double enough = 0) const;

 private:
  serving::SimulationSettings settings(const workload::Trace&, const ReplicaShape&,
                                       double requests_per_second, serving::Kept) const;

  serving::StepTable table_;
  std::int64_t kv_blocks_ = 0;
};

}  // namespace bitworth::decision
