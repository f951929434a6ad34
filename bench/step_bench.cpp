// How fast the time model is. Reference: a loop of std::pow, the costliest thing that a step does.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string_view>

#include "bitworth/formats/catalog.hpp"
#include "bitworth/roofline/step.hpp"

namespace bitworth {
namespace {

roofline::StepModel model_of(std::string_view device, std::string_view architecture, std::string_view scheme,
                             int gpus) {
  const formats::Catalog& catalog = formats::built_in_catalog();
  const hardware::Device& d = *catalog.devices.find(device);
  const llm::Architecture& a = *catalog.architectures.find(architecture);
  const llm::Scheme& s = *catalog.schemes.find(scheme);
  const hardware::StepKernels kernels =
      hardware::find_step_kernels(*catalog.kernels, *catalog.kernels->engine("vllm"), a, s, d);
  return {a, s, *catalog.kv_formats.find("bf16"), d, kernels, gpus};
}

void steps(benchmark::State& state, const char* architecture, const char* scheme) {
  const roofline::StepModel model = model_of("h100-sxm", architecture, scheme, 1);
  double batch = 1;
  for (auto _ : state) {
    batch = batch < 256 ? batch + 1 : 1;
    benchmark::DoNotOptimize(
        model({.decode_sequences = batch, .decode_context = 10 * batch + 500, .sampled_rows = batch}));
  }
  state.SetItemsProcessed(state.iterations());
}

void ten_pows(benchmark::State& state) {
  double x = 0.1;
  for (auto _ : state) {
    double sum = 0;
    for (int i = 0; i < 10; ++i) sum += std::pow(x + 0.01 * i, 1.7);
    x = x < 0.8 ? x + 1e-6 : 0.1;
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations());
}

// Ten thousand configurations, each looked up, built and timed once.
void sweep(benchmark::State& state) {
  constexpr std::string_view devices[] = {"h100-sxm", "a100-80-sxm", "rtx-4090", "l40s", "b200-sxm"};
  constexpr std::string_view schemes[] = {"bf16", "w8a8-fp8", "w8a8-int8", "w4a16", "nvfp4"};
  constexpr int gpus[] = {1, 2, 4, 8};
  for (auto _ : state) {
    double sum = 0;
    for (const std::string_view device : devices) {
      for (const std::string_view scheme : schemes) {
        for (const int count : gpus) {
          const roofline::StepModel model = model_of(device, "llama-3.1-8b", scheme, count);
          for (int batch = 1; batch <= 10; ++batch) {
            for (int context = 1; context <= 10; ++context)
              sum += model({.decode_sequences = 25.0 * batch,
                            .decode_context = 1000.0 * context,
                            .sampled_rows = 25.0 * batch})
                         .total()
                         .value();
          }
        }
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * 5 * 5 * 4 * 100);
}

BENCHMARK(ten_pows);
BENCHMARK_CAPTURE(steps, dense_8b_bf16, "llama-3.1-8b", "bf16");
BENCHMARK_CAPTURE(steps, dense_8b_w4a16, "llama-3.1-8b", "w4a16");
BENCHMARK_CAPTURE(steps, mixture_30b_w4a16, "qwen3-30b-a3b", "w4a16");
BENCHMARK(sweep)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bitworth
