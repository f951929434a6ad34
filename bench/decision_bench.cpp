// A million draws of the money over six options, and what tornado and information cost on top.
#include <benchmark/benchmark.h>

#include <fstream>
#include <numeric>
#include <sstream>
#include <string>

#include "bitworth/decision/information.hpp"
#include "bitworth/decision/payoff.hpp"
#include "bitworth/decision/tornado.hpp"
#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth {
namespace {

/// The shipped support chat with three more options, updates and growth: every part of the money is in use.
cases::Case six_options(double growth_per_year) {
  std::ifstream in(BITWORTH_SOURCE_DIR "/examples/support-chat.toml");
  std::ostringstream text;
  text << in.rdbuf();
  text << "[[option]]\nscheme = \"w8a8-int8\"\n[[option]]\nscheme = \"bf16\"\nkv_cache = \"fp8\"\n"
          "[[option]]\nscheme = \"w4a16\"\nkv_cache = \"fp8\"\ncheckpoint = \"self-quantized\"\n";
  cases::Case c = formats::read_case(text.str(), "bench", formats::built_in_catalog()).value();
  c.workload.growth_per_year = certain(growth_per_year, Provenance::stated, "bench");
  return c;
}

struct Asked {
  explicit Asked(double growth_per_year) : c(six_options(growth_per_year)) {}
  cases::Case c;
  decision::Basis basis = decision::prepare(c, decision::CapacitySettings{.requests = 1000, .samples = 2});
  decision::Payoffs payoffs{c, basis};
  decision::Uncertainty uncertainty = decision::uncertainty_of(c, basis.errors());
};

// Drawing, and the net worth of six options in each draw.
void draw_money(benchmark::State& state) {
  Asked asked(static_cast<double>(state.range(1)) / 100);
  const auto draws = static_cast<std::size_t>(state.range(0));
  std::vector<decision::Payoff> found(asked.c.options.size());
  for (auto _ : state) {
    double sum = 0;
    const decision::Draws drawn(asked.uncertainty, draws, 1);
    drawn.for_each([&](const decision::Inputs& in, std::size_t) {
      asked.payoffs(in, found);
      for (const decision::Payoff& payoff : found) sum += payoff.net_worth;
    });
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["unknowns"] = static_cast<double>(asked.uncertainty.unknowns.size());
}
BENCHMARK(draw_money)->Args({1'000'000, 0})->Args({1'000'000, 30})->Unit(benchmark::kMillisecond);

void tornado_and_information(benchmark::State& state) {
  Asked asked(0);
  const decision::Inputs medians = asked.uncertainty.medians();
  for (auto _ : state) {
    const decision::Draws drawn(asked.uncertainty, 8192, 1);
    const decision::Samples samples = decision::sample(asked.payoffs, drawn);
    benchmark::DoNotOptimize(decision::tornado(asked.payoffs, asked.uncertainty, samples, 0));
    const std::size_t options = asked.c.options.size();
    std::vector<std::size_t> all(options);
    std::iota(all.begin(), all.end(), std::size_t{0});
    const decision::Weighing weighing{asked.c,
                                      asked.uncertainty,
                                      samples,
                                      std::vector<std::vector<decision::FiredRule>>(options),
                                      std::vector<decision::Bar>(options, decision::Bar::met),
                                      std::vector<double>(options, 0.0),
                                      std::vector<double>(options, 1.0),
                                      medians};
    benchmark::DoNotOptimize(decision::weigh(weighing, all));
  }
}
BENCHMARK(tornado_and_information)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bitworth
