#pragma once

#include <string_view>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/step.hpp"

namespace bitworth::roofline {

enum class Phase { decode, prefill };

std::string_view to_text(Phase);

/// What one replica works on.
struct LoadPoint {
  int gpus = 1;
  double batch = 1;           ///< sequences that decode at once; prompts that are prefilled together
  double prompt_tokens = 1;   ///< each of them
  double context_tokens = 1;  ///< cached by each decoding sequence, on average
};

/// An option of a case on so many GPUs: its times and its memory. Assumes: the case outlives it.
class Replica {
 public:
  Replica(const cases::Case&, const cases::Option&, int gpus);

  /// The steps that the phase takes: one to decode, to prefill as many as the engine's token budget makes.
  Steps steps(Phase, const LoadPoint&) const;
  StepTime time(Phase, const LoadPoint&) const;
  const StepModel& model() const { return model_; }
  const MemoryPlan& memory() const { return memory_; }
  /// Sequences of so many cached tokens that fit at once; 0: not even the weights do.
  double sequences_that_fit(double context_tokens) const;
  bool fits(Phase, const LoadPoint&) const;

 private:
  const cases::Case& case_;
  const llm::KvFormat& kv_cache_;
  StepModel model_;
  MemoryPlan memory_;
  double cached_tokens_ = 0;
};

/// A ratio of times with its 80 % interval.
struct Speedup {
  double value = 1;
  double p10 = 1;
  double p90 = 1;
};

/// The interval that the origin of the option's kernels leaves; none where the baseline runs the same ones
/// and divides experts alike.
Speedup with_interval(const cases::Case&, const cases::Option&, Phase, double speedup);

}  // namespace bitworth::roofline
