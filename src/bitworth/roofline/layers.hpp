#pragma once

#include "bitworth/hardware/step_kernels.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/scheme.hpp"
#include "bitworth/roofline/experts.hpp"
#include "bitworth/roofline/gemm.hpp"
#include "bitworth/roofline/step_time.hpp"
#include "bitworth/roofline/term.hpp"

namespace bitworth::roofline {

/// The matrices of one layer, and what it does to its rows besides attention. Per GPU.
class LayerModel {
 public:
  LayerModel(const llm::Architecture&, const llm::Scheme&, const hardware::Device&,
             const hardware::StepKernels&, int tensor_parallel, ExpertSplit);

  /// Adds one layer's time for that many rows, attention excepted.
  void add(double rows, StepTime& time) const;
  /// Adds the same as terms of one layer.
  void describe(double rows, std::vector<Term>& terms) const;

 private:
  /// Shows every matrix of a layer to `visit.dense(name, constants, gemm, rows, share of the layers)` or
  /// `visit.grouped(name, gemm, rows, visits, matrices, share)`.
  template <class Visitor>
  void visit_matrices(double rows, Visitor visit) const;
  /// Seconds that rows take to whole experts on other GPUs and back.
  double exchange(double rows) const;

  static constexpr int most_projections = 4;
  Gemm projections_[most_projections];
  std::string_view projection_names_[most_projections];
  int projection_count_ = 0;
  bool mixture_ = false;
  Gemm ffn_in_, ffn_out_;  // of dense layers
  Gemm shared_in_, shared_out_;
  Gemm expert_in_, expert_out_;
  bool has_shared_ = false;
  double dense_share_ = 1;  // of the layers
  ExpertRouting routing_;
  double experts_per_token_ = 0;
  double dispatch_latency_ = 0, dispatch_per_visit_ = 0;  // there and back; 0: every GPU has all rows
  double elementwise_per_row_ = 0;
  double all_reduce_latency_ = 0, all_reduce_per_row_ = 0;
  double overhead_ = 0;
};

/// Attention over the cache, one layer, per GPU.
class AttentionModel {
 public:
  AttentionModel(const llm::Architecture&, const llm::KvFormat&, const hardware::Device&,
                 const hardware::StepKernels&, int tensor_parallel);

  /// So many sequences attend from one token each to `context` tokens.
  void add_decode(double sequences, double context, StepTime& time) const;
  /// The same in a step that works on prompts too.
  void add_decode_beside_prompts(double sequences, double context, StepTime& time) const;
  /// So many tokens attend to `context` tokens each, on average: half a prompt for a whole one.
  void add_prefill(double tokens, double context, StepTime& time) const;

 private:
  double attended(double context) const;
  void add(double tokens, double compute_per_token, StepTime& time) const;

  double launch_ = 0;
  double read_per_token_ = 0, decode_compute_per_token_ = 0, prefill_compute_per_token_ = 0;
  double mixed_compute_per_token_ = 0;
  double window_ = 0, windowed_share_ = 0;
};

}  // namespace bitworth::roofline
