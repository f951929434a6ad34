// A whole decision with six options, and what its draws look up.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "bitworth/decision/decide.hpp"
#include "bitworth/formats/case_file.hpp"

namespace bitworth {
namespace {

constexpr const char* six_options = R"([model]
architecture = "llama-3.1-8b"
[hardware]
device = "h100-sxm"
price_per_gpu_hour = 3.85
[workload]
requests_per_second = 120
prompt_tokens = { p50 = 1020, p95 = 4083 }
output_tokens = { p50 = 129, p95 = 451 }
slo = { ttft_p99 = "1 s", tpot_p99 = "50 ms" }
[[option]]
scheme = "w8a8-fp8"
[[option]]
scheme = "w8a8-fp8"
kv_cache = "fp8"
[[option]]
scheme = "w8a8-int8"
[[option]]
scheme = "w8a16-fp8"
[[option]]
scheme = "w4a8"
[[option]]
scheme = "w4a16"
)";

cases::Case six() {
  auto c = formats::read_case(six_options, "bench", formats::built_in_catalog());
  if (!c) std::abort();
  return *std::move(c);
}

void decide_six_options(benchmark::State& state) {
  const cases::Case c = six();
  for (auto _ : state) benchmark::DoNotOptimize(decision::decide(c));
}
BENCHMARK(decide_six_options)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

void tabulate_six_options(benchmark::State& state) {
  const cases::Case c = six();
  int simulations = 0;
  for (auto _ : state) simulations = decision::tabulate_capacities(c).simulations;
  state.counters["simulations"] = simulations;
}
BENCHMARK(tabulate_six_options)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

void plan_a_fleet(benchmark::State& state) {
  const cases::Case c = six();
  const decision::Basis basis = decision::prepare(c);
  const decision::Inputs medians = decision::median_inputs(c);
  for (auto _ : state) benchmark::DoNotOptimize(decision::plan_fleet(c, basis, medians, 0));
}
BENCHMARK(plan_a_fleet);

}  // namespace
}  // namespace bitworth
