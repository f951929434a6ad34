#pragma once

#include "bitworth/cases/case.hpp"

namespace bitworth::tests {

/// Kernels and an engine that reach every peak in full and cost nothing besides.
inline hardware::StepKernels ideal_kernels(std::optional<FlopsPerSecond> hardware::PeakRates::*units) {
  hardware::StepKernels kernels;
  kernels.linears.units = units;
  kernels.projections = kernels.experts = kernels.linears;
  kernels.attention.bandwidth_share_kv8 = 1;
  kernels.engine.memory_utilization = 0.9;
  return kernels;
}

/// Measurements that cost an hour or two and tell nearly all of their input.
inline std::shared_ptr<const std::vector<cases::Measurement>> ideal_measurements() {
  const auto measurement = [](std::string id, std::string input, cases::ResidualKind kind, double residual,
                              bool per_option) {
    cases::Measurement result;
    result.id = id;
    result.name = id + " of {option}";
    result.per_option = per_option;
    result.narrows = {{std::move(input), kind, residual}};
    result.hours = 2;
    result.command = "measure " + id;
    return result;
  };
  using enum cases::ResidualKind;
  return std::make_shared<const std::vector<cases::Measurement>>(
      std::vector{measurement("quality", "quality loss", absolute, 0.001, true),
                  measurement("speed", "kernels of {kernels}", ratio, 0.01, true),
                  measurement("load", "load", ratio, 0.02, false),
                  measurement("work", "engineering hours", ratio, 0.1, false)});
}

/// Llama-3.1-8B on one H100 SXM: a case that tests compute by hand. Peaks are reached in full, steps cost
/// nothing besides, so every time is a ratio of two published figures.
inline cases::Case ideal_case() {
  cases::Case c;
  c.name = "ideal";
  llm::Architecture& model = c.architecture;
  model.id = "llama-3.1-8b";
  model.name = "Llama 3.1 8B";
  model.layers = 32;
  model.hidden = 4096;
  model.heads = 32;
  model.kv_heads = 8;
  model.head_dim = 128;
  model.ffn = 14336;
  model.vocab = 128256;
  hardware::Device& device = c.hardware.device;
  device.id = "h100-sxm";
  device.name = "H100";
  device.memory = Bytes(80e9);
  device.usable_memory = Bytes(80e9);
  device.memory_bandwidth = BytesPerSecond(3.35e12);
  device.peak.bf16 = FlopsPerSecond(989e12);
  device.peak.fp8 = FlopsPerSecond(1979e12);
  device.link_bandwidth = BytesPerSecond(450e9);
  const auto exactly = [](double value) { return certain(value, Provenance::exact, "ideal"); };
  c.hardware.price_per_gpu_hour = exactly(3.6);
  c.hardware.instance_sizes = {1, 2, 4, 8};
  c.measurements = ideal_measurements();
  c.engine = {.name = "vllm", .gpu_memory_utilization = 0.9, .max_num_seqs = 256, .token_budget = 2048};
  c.workload.requests_per_second = exactly(10);
  c.workload.peak_to_mean = 2;
  c.workload.prompt_tokens = {1000, 1000};
  c.workload.output_tokens = {200, 200};
  c.baseline.name = "BF16";
  c.baseline.scheme.id = "bf16";
  c.baseline.runs_as = c.baseline.scheme;
  c.baseline.kv_cache = {.id = "bf16", .bits = 16, .source = "", .date = ""};
  c.baseline.kernels = ideal_kernels(&hardware::PeakRates::bf16);
  return c;
}

/// The same model with 8-bit weights, activations and cache.
inline cases::Option ideal_fp8() {
  cases::Option option;
  option.name = "FP8";
  option.scheme.id = "w8a8-fp8";
  option.scheme.weight_bits = 8;
  option.scheme.activation_bits = 8;
  option.scheme.compute = llm::Compute::fp8;
  option.runs_as = option.scheme;
  option.kv_cache = {.id = "fp8", .bits = 8, .source = "", .date = ""};
  option.kernels = ideal_kernels(&hardware::PeakRates::fp8);
  option.quality_loss = certain(0.001, Provenance::prior, "test");
  option.quantization_hours = certain(0, Provenance::exact, "test");
  return option;
}

}  // namespace bitworth::tests
