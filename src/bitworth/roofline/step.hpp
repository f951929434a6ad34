#pragma once

#include <vector>

#include "bitworth/hardware/device.hpp"
#include "bitworth/hardware/step_kernels.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/scheme.hpp"
#include "bitworth/roofline/experts.hpp"
#include "bitworth/roofline/gemm.hpp"
#include "bitworth/roofline/layers.hpp"
#include "bitworth/roofline/step_time.hpp"
#include "bitworth/roofline/term.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::roofline {

/// What one forward pass works on.
struct StepShape {
  double decode_sequences = 0;  ///< each adds one token
  double decode_context = 0;    ///< tokens cached by each of them, on average
  double prefill_tokens = 0;
  double prefill_context = 0;  ///< tokens that each prefilled one attends to, on average
  double sampled_rows = 0;     ///< rows that reach the lm_head

  double tokens() const { return decode_sequences + prefill_tokens; }
};

/// Times steps of one deployment: an architecture in a scheme on so many devices in one engine. Immutable;
/// a call allocates nothing and takes about a microsecond.
/// Source: docs/model.md; constants from data/kernels.toml.
class StepModel {
 public:
  /// `time_factor` multiplies every time: a draw of how far kernels are from their medians.
  StepModel(const llm::Architecture&, const llm::Scheme&, const llm::KvFormat&, const hardware::Device&,
            const hardware::StepKernels&, int gpus, double time_factor = 1,
            ExpertSplit = ExpertSplit::by_width);

  StepTime operator()(const StepShape&) const;

  /// What the matrices take: it hangs on the numbers of tokens and of sampled rows alone.
  struct Matrices {
    StepTime layer;
    GemmTime head;
  };
  Matrices matrices(double tokens, double sampled_rows) const;
  /// The same time, for shapes of which many have the same matrices. Assumes: these are the shape's.
  StepTime operator()(const StepShape&, const Matrices&) const;

  /// What that time is made of, term by term.
  std::vector<Term> terms(const StepShape&) const;

  /// The host's time for one request besides its steps.
  Seconds per_request() const { return per_request_; }

  /// What prompt batches take where layers are split over devices, against one after the other: several are
  /// then under way at once. 1 elsewhere. `batches`: those of the engine's token budget.
  double pipelining(double batches) const;
  /// Devices that the layers are split over; 1: one holds them all, or the engine splits matrices instead.
  int pipeline_devices() const { return pipeline_devices_; }

 private:
  void add_decode_attention(const StepShape&, StepTime&) const;
  void let_host_lag(bool one_row, StepTime&) const;

  LayerModel layer_;
  AttentionModel attention_;
  Gemm lm_head_;
  double layers_ = 0;
  double time_factor_ = 1;
  Seconds per_step_, per_sequence_, per_request_;
  bool eager_ = false;
  Seconds eager_host_one_row_, eager_host_;
  int pipeline_devices_ = 1;
  double pipeline_depth_ = 1;
};

/// Equal steps, one after the other.
struct Steps {
  StepShape shape;
  double count = 1;  ///< a fraction where several are under way at once
};

/// The steps of prefill_time.
Steps prefill_steps(const StepModel&, double prompts, double tokens, double context, double token_budget);

/// Prefills so many prompts of so many tokens each in steps of the token budget. `context`: tokens that each
/// of theirs attends to, on average. Long prompts go in equal chunks, short ones together.
StepTime prefill_time(const StepModel&, double prompts, double tokens, double context, double token_budget);

/// The context of prefill_time where all prompts have one length: the mean over the tokens of a prompt.
constexpr double prompt_context(double tokens) {
  return (tokens + 1) / 2;
}

}  // namespace bitworth::roofline
