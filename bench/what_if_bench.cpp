// What the live page asks while a slider moves, from the question's text to the answer's: each shipped case,
// each kind of change. The case's capacities are kept between questions, as the server keeps them.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "app/serve/answer.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth {
namespace {

constexpr const char* cases[] = {"support-chat", "internal-tool", "reasoning-assistant", "alternatives"};

/// An input of the page, and how it moves: by `step` of itself with every question.
struct Slider {
  const char* key;
  double begin;
  double step;
};
constexpr Slider sliders[] = {
    {"workload.requests_per_second", 10, 0.001}, {"hardware.price_per_gpu_hour", 2, 0.001},
    {"money.engineering_hours", 50, 0.001},      {"quality.margin", 0.01, 0.001},
    {"workload.peak_to_mean", 2, 0.001},         {"workload.prompt_tokens", 1000, 0.001},
    {"workload.output_tokens", 200, 0.001},      {"engine.max_num_seqs", 200, 0.005}};

std::string text_of(const std::string& name) {
  std::ifstream in(BITWORTH_SOURCE_DIR "/examples/" + name + ".toml");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void what_if(benchmark::State& state, const std::string& name, const Slider& slider) {
  const std::string case_toml = text_of(name);
  serve::CapacityShelf capacities;
  int asked = 0;
  const auto ask = [&] {
    double value = slider.begin * (1 + slider.step * ++asked);
    if (value > 100) value = static_cast<double>(static_cast<int>(value));  // tokens and sequences are whole
    nlohmann::json body = {{"changes", {{slider.key, value}}}};
    if (state.range(0) < serve::usual_draws) body["draws"] = state.range(0);
    const auto question =
        serve::read_question(body.dump(), case_toml, formats::built_in_catalog(), serve::most_draws_at_once);
    if (!question) return false;
    benchmark::DoNotOptimize(
        serve::text_of(serve::document_of(*question, formats::built_in_catalog(), capacities, "bench")));
    return true;
  };
  if (!ask()) return state.SkipWithError("this case cannot be changed so");
  for (auto _ : state) ask();
}

const bool registered = [] {
  for (const char* name : cases) {
    for (const Slider& slider : sliders) {
      benchmark::RegisterBenchmark(("what_if/" + std::string(name) + "/" + slider.key).c_str(), what_if,
                                   std::string(name), slider)
          ->Arg(200)
          ->Arg(serve::usual_draws)
          ->MeasureProcessCPUTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
  return true;
}();

}  // namespace
}  // namespace bitworth
