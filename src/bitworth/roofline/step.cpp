#include "bitworth/roofline/step.hpp"

#include <algorithm>

namespace bitworth::roofline {
namespace {

constexpr double flops_per_mac = 2;

double compute_share(const hardware::Rates& rates, llm::Compute compute) {
  switch (compute) {
    case llm::Compute::fp8:
      return rates.compute_fp8;
    case llm::Compute::int8:
      return rates.compute_int8;
    case llm::Compute::fp4:
    case llm::Compute::int4:
      return rates.compute_fp4;
    case llm::Compute::sixteen_bit:
      break;
  }
  return rates.compute_sixteen_bit;
}

FlopsPerSecond sustained(const hardware::Device& device, const hardware::Rates& rates, llm::Compute compute) {
  const auto peak = hardware::peak_rate(device, compute);
  if (!peak) return sustained(device, rates, llm::Compute::sixteen_bit);
  return *peak * compute_share(rates, compute);
}

// A group of kernels waits for the slower of memory and compute; that one is charged.
void charge(StepTime& time, Seconds StepTime::*memory_kind, Seconds memory, Seconds compute, double factor) {
  if (memory >= compute) {
    time.*memory_kind += memory * factor;
  } else {
    time.compute += compute * factor;
  }
}

}  // namespace

StepModel::StepModel(const llm::Architecture& architecture, const llm::Scheme& scheme,
                     const llm::KvFormat& kv, const hardware::Device& device, const hardware::Rates& rates,
                     int tensor_parallel)
    : architecture_(architecture),
      kv_cache_(kv),
      tensor_parallel_(tensor_parallel),
      kv_shards_(llm::kv_shards(architecture, tensor_parallel)),
      activation_bytes_(scheme.activation_bits / 8),
      memory_(device.memory_bandwidth * rates.memory),
      linear_compute_(sustained(device, rates, scheme.compute)),
      sixteen_bit_compute_(sustained(device, rates, llm::Compute::sixteen_bit)),
      rates_(rates) {
  const llm::ParameterCounts parameters = llm::count_parameters(architecture);
  const llm::WeightBytes bytes = llm::weight_bytes(architecture, scheme);
  const double shards = tensor_parallel;
  linear_parameters_ = (parameters.attention + parameters.dense_ffn + parameters.router) / shards;
  linear_bytes_ = (bytes.attention + bytes.dense_ffn + bytes.router) / shards;
  if (architecture.moe)
    expert_bytes_ =
        bytes.experts / (double(llm::expert_layers(architecture)) * architecture.moe->experts * shards);
  // A tied lm_head is the embedding, read as a matrix.
  lm_head_parameters_ = parameters.embedding / shards;
  lm_head_bytes_ = Bytes(parameters.embedding * scheme.lm_head_bits / 8 / shards);
  link_ = device.link_bandwidth.value_or(device.pcie_bandwidth.value_or(BytesPerSecond(16e9))) * rates.link;
}

StepTime StepModel::operator()(const StepShape& shape) const {
  StepTime time;
  add_linears(shape, time);
  if (architecture_.moe) add_experts(shape, time);
  add_attention(shape, time);
  add_lm_head(shape, time);
  add_fixed(shape, time);
  return time;
}

void StepModel::add_linears(const StepShape& shape, StepTime& time) const {
  const double tokens = shape.tokens();
  // Activations pass through memory once per matrix of about hidden width, seven to a layer.
  const Bytes activations(7.0 * architecture_.layers * architecture_.hidden * activation_bytes_ * tokens /
                          tensor_parallel_);
  const Flops flops(flops_per_mac * linear_parameters_ * tokens);
  charge(time, &StepTime::weight_reads, (linear_bytes_ + activations) / memory_, flops / linear_compute_,
         rates_.scheme);
}

void StepModel::add_experts(const StepShape& shape, StepTime& time) const {
  const llm::MixtureOfExperts& moe = *architecture_.moe;
  const int layers = llm::expert_layers(architecture_);
  const Bytes touched = expert_bytes_ * (layers * llm::expected_experts(moe, shape.tokens()));
  const Flops flops(flops_per_mac * shape.tokens() * moe.experts_per_token * layers *
                    llm::parameters_per_expert(architecture_) / tensor_parallel_);
  charge(time, &StepTime::weight_reads, touched / memory_, flops / linear_compute_, rates_.scheme);
}

void StepModel::add_attention(const StepShape& shape, StepTime& time) const {
  const llm::Architecture& a = architecture_;
  // Scores and their weighted sum: two products of head_dim per head and cached token.
  const double flops_per_layer_token =
      a.mla ? flops_per_mac * a.heads * (2.0 * a.mla->kv_rank + a.mla->rope_dim)
            : flops_per_mac * 2.0 * a.heads * a.head_dim;
  if (shape.decode_sequences > 0) {
    const Bytes cached = llm::kv_cache_bytes(a, kv_cache_, shape.decode_context) * shape.decode_sequences;
    const double layer_tokens = llm::attended_layer_tokens(a, shape.decode_context) * shape.decode_sequences;
    charge(time, &StepTime::kv_reads, cached / kv_shards_ / memory_,
           Flops(flops_per_layer_token * layer_tokens / tensor_parallel_) / sixteen_bit_compute_, 1);
  }
  if (shape.prefill_tokens > 0) {
    const double layer_tokens = llm::attended_layer_tokens(a, shape.prefill_context) * shape.prefill_tokens;
    time.compute += Flops(flops_per_layer_token * layer_tokens / tensor_parallel_) / sixteen_bit_compute_;
  }
}

void StepModel::add_lm_head(const StepShape& shape, StepTime& time) const {
  if (shape.sampled_rows <= 0) return;
  const Flops flops(flops_per_mac * lm_head_parameters_ * shape.sampled_rows);
  charge(time, &StepTime::weight_reads, lm_head_bytes_ / memory_, flops / sixteen_bit_compute_, 1);
}

void StepModel::add_fixed(const StepShape& shape, StepTime& time) const {
  time.overhead += rates_.per_step + rates_.per_layer * architecture_.layers;
  if (tensor_parallel_ == 1) return;
  // Two ring all-reduces of the 16-bit hidden state a layer.
  const double shards = tensor_parallel_;
  const Bytes moved(2.0 * architecture_.layers * shape.tokens() * architecture_.hidden * 2.0 * 2.0 *
                    (shards - 1) / shards);
  time.communication += moved / link_ + rates_.all_reduce * (2.0 * architecture_.layers);
}

}  // namespace bitworth::roofline
