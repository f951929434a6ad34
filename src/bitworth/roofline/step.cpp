#include "bitworth/roofline/step.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/roofline/weights.hpp"

namespace bitworth::roofline {
namespace {

int tensor_parallel(const hardware::EngineCosts& engine, int gpus) {
  return engine.splits_layers ? 1 : gpus;
}

/// What a layer-splitting engine needs on a device besides the weights before it stays there.
constexpr Bytes beside_weights{1e9};

/// Of the shorter of GPU and host time: what the longer does not hide.
constexpr double unhidden = 0.15;

}  // namespace

StepModel::StepModel(const llm::Architecture& a, const llm::Scheme& scheme, const llm::KvFormat& kv,
                     const hardware::Device& device, const hardware::StepKernels& kernels, int gpus,
                     double time_factor, ExpertSplit experts)
    : layer_(a, scheme, device, kernels, tensor_parallel(kernels.engine, gpus), experts),
      attention_(a, kv, device, kernels, tensor_parallel(kernels.engine, gpus)),
      lm_head_(scheme.lm_head_bits < 16 ? kernels.linears : kernels.sixteen_bit, device, a.hidden,
               static_cast<double>(a.vocab) / tensor_parallel(kernels.engine, gpus), scheme.lm_head_bits / 8),
      layers_(a.layers),
      time_factor_(time_factor) {
  const hardware::EngineCosts& engine = kernels.engine;
  const double host = kernels.device_class.host;
  per_step_ = engine.per_step;
  per_sequence_ = engine.per_sequence * host;
  per_request_ = engine.per_request * (host * time_factor);
  if (engine.eager_host_per_layer) {
    eager_ = true;
    const auto family = engine.eager_host_of_family.find(device.family);
    const double slower = host * (family == engine.eager_host_of_family.end() ? 1 : family->second);
    const double calls = a.gated_ffn ? 7 : 6;
    const auto lag = [&](Seconds per_call) {
      return (*engine.eager_host_per_layer + per_call * calls) * (layers_ * slower);
    };
    eager_host_one_row_ = lag(kernels.linears.host_per_call);
    eager_host_ = lag(kernels.linears.host_per_call_batched);
  }
  if (engine.splits_layers) {
    const bool on_one = stored_weights(a, scheme) + beside_weights <= hardware::usable_memory(device);
    pipeline_devices_ = on_one ? 1 : gpus;
    pipeline_depth_ = engine.pipeline;
  }
}

StepTime StepModel::operator()(const StepShape& shape) const {
  return (*this)(shape, matrices(shape.tokens(), shape.sampled_rows));
}

StepModel::Matrices StepModel::matrices(double tokens, double sampled_rows) const {
  Matrices result;
  layer_.add(tokens, result.layer);
  if (sampled_rows > 0) result.head = lm_head_(sampled_rows);
  return result;
}

StepTime StepModel::operator()(const StepShape& shape, const Matrices& matrices) const {
  StepTime time = matrices.layer;
  add_decode_attention(shape, time);
  if (shape.prefill_tokens > 0) attention_.add_prefill(shape.prefill_tokens, shape.prefill_context, time);
  time *= layers_;
  if (shape.sampled_rows > 0) {
    const GemmTime& head = matrices.head;
    time.launches += head.launch;
    time.weight_reads += head.weights;
    time.activations += head.activations;
    time.compute += head.compute;
  }
  if (eager_) let_host_lag(shape.tokens() <= 1, time);
  time.host += per_step_ + per_sequence_ * shape.decode_sequences;
  time *= time_factor_;
  return time;
}

void StepModel::add_decode_attention(const StepShape& shape, StepTime& time) const {
  if (shape.decode_sequences <= 0) return;
  if (shape.prefill_tokens > 0) {
    attention_.add_decode_beside_prompts(shape.decode_sequences, shape.decode_context, time);
  } else {
    attention_.add_decode(shape.decode_sequences, shape.decode_context, time);
  }
}

// The longer of both counts in full: eager engines launch operations one by one, a step ahead of the GPU.
void StepModel::let_host_lag(bool one_row, StepTime& time) const {
  const Seconds host = one_row ? eager_host_one_row_ : eager_host_;
  if (host <= time.total()) {
    time.host += host * unhidden;
    return;
  }
  time *= unhidden;
  time.host += host;
}

double StepModel::pipelining(double batches) const {
  if (pipeline_devices_ == 1) return 1;
  const double under_way = std::min(batches, pipeline_depth_), devices = pipeline_devices_;
  return (under_way + devices - 1) / (under_way * devices);
}

Steps prefill_steps(const StepModel& model, double prompts, double tokens, double context,
                    double token_budget) {
  const bool in_chunks = tokens > token_budget;
  const double chunks = in_chunks ? std::ceil(tokens / token_budget) : 1;
  const double together =
      in_chunks ? 1 : std::max(1.0, std::min(prompts, std::floor(token_budget / std::max(1.0, tokens))));
  return {
      {.prefill_tokens = together * tokens / chunks, .prefill_context = context, .sampled_rows = together},
      chunks * prompts / together * model.pipelining(std::ceil(tokens * prompts / token_budget))};
}

StepTime prefill_time(const StepModel& model, double prompts, double tokens, double context,
                      double token_budget) {
  const Steps steps = prefill_steps(model, prompts, tokens, context, token_budget);
  StepTime time = model(steps.shape);
  time *= steps.count;
  return time;
}

}  // namespace bitworth::roofline
