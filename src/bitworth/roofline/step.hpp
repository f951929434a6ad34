#pragma once

#include "bitworth/hardware/device.hpp"
#include "bitworth/hardware/efficiency.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/footprint.hpp"
#include "bitworth/llm/scheme.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::roofline {

/// What one forward pass works on.
struct StepShape {
  double decode_sequences = 0;  ///< each adds one token
  double decode_context = 0;    ///< tokens cached by each of them, on average
  double prefill_tokens = 0;
  double prefill_context = 0;  ///< tokens before each prefilled one, on average
  double sampled_rows = 0;     ///< rows that reach the lm_head

  double tokens() const { return decode_sequences + prefill_tokens; }
};

/// Time of a step by the resource that it waits for; the parts sum to the total.
struct StepTime {
  Seconds weight_reads;
  Seconds kv_reads;
  Seconds compute;
  Seconds communication;
  Seconds overhead;  ///< launches and host

  Seconds total() const { return weight_reads + kv_reads + compute + communication + overhead; }
  /// The article's memory_bound_fraction, computed: the share of the time spent reading memory.
  double memory_bound_fraction() const { return (weight_reads + kv_reads) / total(); }
};

/// Times steps of one deployment: an architecture in a scheme on so many devices. Immutable, allocates
/// nothing. The time of each group of kernels is the larger of its memory and its compute time (a plain
/// roofline). Source: docs/model.md; Williams, Waterman, Patterson 2009.
class StepModel {
 public:
  StepModel(const llm::Architecture&, const llm::Scheme&, const llm::KvFormat&, const hardware::Device&,
            const hardware::Rates&, int tensor_parallel);

  StepTime operator()(const StepShape&) const;

 private:
  void add_linears(const StepShape&, StepTime&) const;
  void add_experts(const StepShape&, StepTime&) const;
  void add_attention(const StepShape&, StepTime&) const;
  void add_lm_head(const StepShape&, StepTime&) const;
  void add_fixed(const StepShape&, StepTime&) const;

  llm::Architecture architecture_;
  llm::KvFormat kv_cache_;
  int tensor_parallel_ = 1;
  int kv_shards_ = 1;
  double linear_parameters_ = 0;  // that every token visits, per GPU
  Bytes linear_bytes_;            // per GPU
  Bytes expert_bytes_;            // one expert of one layer, per GPU
  double lm_head_parameters_ = 0;
  Bytes lm_head_bytes_;
  double activation_bytes_ = 2;
  BytesPerSecond memory_;
  FlopsPerSecond linear_compute_;
  FlopsPerSecond sixteen_bit_compute_;
  BytesPerSecond link_;
  hardware::Rates rates_;
};

}  // namespace bitworth::roofline
