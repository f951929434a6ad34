// The Azure conversation trace where it is at hand, else a trace drawn from its quantiles.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/request_log.hpp"
#include "bitworth/formats/workloads.hpp"
#include "bitworth/serving/simulate.hpp"

namespace bitworth {
namespace {

workload::Trace conversation() {
  auto log = formats::read_request_log(BITWORTH_SOURCE_DIR "/../shared/data/traces/azure2023_conv.csv");
  if (log) return std::move(log->trace);
  const formats::NamedWorkload& chat = *formats::built_in_workloads().find("chat");
  return workload::generate({PerSecond(chat.requests_per_second), chat.gap_cv, std::nullopt, std::nullopt},
                            {chat.prompt_tokens, chat.output_tokens, chat.rank_correlation}, 19'366, 1);
}

// About Llama-3-8B in bf16 on an A100: weights and cache from memory, or FLOPs.
serving::StepCost llama_on_a100(const serving::BatchShape& s) {
  const double weights = 15e9 / 1.6e12, cache = static_cast<double>(s.decode_context_sum) * 131072 / 1.6e12;
  const double compute =
      15e9 * s.tokens() / 220e12 + 5.2e5 * static_cast<double>(s.prefill_context_sum) / 220e12;
  return {Seconds(std::max(weights, compute) + cache + 2e-3),
          Seconds(compute > weights ? cache : weights + cache)};
}

void simulate_conversation(benchmark::State& state) {
  const workload::Trace trace = conversation();
  const serving::StepTable table(llama_on_a100, 256, 512);
  serving::SimulationSettings settings;
  settings.engine = {.token_budget = 512, .max_num_seqs = 256, .kv_blocks = 27'000};
  std::int64_t steps = 0;
  for (auto _ : state) {
    const serving::Simulation result = serving::simulate(trace, table, settings);
    benchmark::DoNotOptimize(result.e2e.mean.value);
    steps += result.totals.steps;
  }
  using benchmark::Counter;
  const auto runs = static_cast<double>(state.iterations());
  state.counters["requests/s"] = Counter(runs * static_cast<double>(trace.size()), Counter::kIsRate);
  state.counters["s/step"] = Counter(static_cast<double>(steps), Counter::kIsRate | Counter::kInvert);
}
BENCHMARK(simulate_conversation)->Unit(benchmark::kMillisecond);

void tabulate_step(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(serving::StepTable(llama_on_a100, 256, 512));
}
BENCHMARK(tabulate_step)->Unit(benchmark::kMillisecond);

std::string rows(std::size_t count) {
  std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  for (std::size_t i = 0; i < count; ++i) {
    const std::string second = std::to_string(10 + i % 50);
    text += "2023-11-16 18:15:" + second + ".6805900," + std::to_string(1 + i % 5000) + ",44\n";
  }
  return text;
}

void read_csv(benchmark::State& state) {
  const std::string text = rows(1'000'000);
  for (auto _ : state) {
    std::int64_t tokens = 0;
    const auto report = formats::scan_request_text(
        text, "rows", {}, [&](const workload::Request& request, auto) { tokens += request.prompt_tokens; });
    benchmark::DoNotOptimize(tokens);
    benchmark::DoNotOptimize(report);
  }
  state.SetItemsProcessed(state.iterations() * 1'000'000);
}
BENCHMARK(read_csv)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bitworth
