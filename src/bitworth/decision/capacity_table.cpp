#include "bitworth/decision/capacity_table.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>

#include "bitworth/base/parallel.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/decision/shape_candidates.hpp"
#include "bitworth/decision/shape_explorer.hpp"
#include "bitworth/decision/simulated_replica.hpp"
#include "bitworth/decision/traffic_sample.hpp"

namespace bitworth::decision {
namespace {

// Short samples flatter: the worst of the queues that a long run sees are not in them. Near capacity 4,000
// requests promise 4 to 6 % more than 32,000 do, 12,000 about 1 %.
constexpr std::size_t times_longer = 3;

// Enough requests that a queue shows: a rate just above capacity must overrun the allowed wait within the
// sample.
std::size_t sample_size(const cases::Case& c, const CapacitySettings& settings, double highest_rate) {
  constexpr double waits = 20;
  constexpr std::size_t most = 40'000;
  const double wait = requirements(c.workload.slo).front().limit.value();
  const double needed = std::min(waits * wait * highest_rate, static_cast<double>(most));
  return std::max(settings.requests, static_cast<std::size_t>(needed));
}

/// What all options have in common.
struct Search {
  const cases::Case& c;
  const CapacitySettings& settings;
  std::shared_ptr<const workload::Trace> sample;
  std::vector<workload::Trace> longer;  // of the same traffic
};

/// One option's table, and its rates at the medians under each longer sample over that under the first.
struct Explored {
  CapacityTable table;
  std::vector<double> log_ratios;  // empty: it cannot serve
  int simulations = 0;
};

struct TimeFactors {
  double fast = 1, slow = 1;
};

Explored explore(const Search& search, const cases::Option& option, const TimeFactors& range) {
  if (search.settings.tell != nullptr) (*search.settings.tell)("simulating " + option.name);
  Explored result;
  std::vector<std::unique_ptr<ShapeExplorer>> explorers;
  for (const ShapeCandidate& candidate : promising_shapes(search.c, option)) {
    auto explorer = std::make_unique<ShapeExplorer>(search.c, option, candidate, search.sample,
                                                    search.settings.precision);
    if (explorer->fits()) explorers.push_back(std::move(explorer));
  }
  if (explorers.empty()) return result;
  // What serves nothing at the medians is told as such, however it fares in a lucky draw.
  if (std::ranges::any_of(explorers, [](const auto& explorer) { return explorer->rate() > 0; })) {
    for (const auto& explorer : explorers) {
      ShapeCapacity capacity = explorer->capacity(range.fast, range.slow);
      if (!capacity.curve.points().empty()) result.table.shapes.push_back(std::move(capacity));
    }
  }
  const auto per_gpu = [](const auto& explorer) { return explorer->rate_per_gpu(); };
  ShapeExplorer& best = **std::ranges::max_element(explorers, {}, per_gpu);
  if (best.rate() > 0) {
    if (search.longer.empty()) result.log_ratios.push_back(0);
    for (const workload::Trace& longer : search.longer) {
      const double rate = best.rate_under(longer);
      result.log_ratios.push_back(rate > 0 ? std::log(rate / best.rate()) : 0);
    }
  } else {
    result.table.missed = explorers.back()->miss();
  }
  for (const auto& explorer : explorers) result.simulations += explorer->simulations();
  return result;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Standard error of the mean.
double error_of_mean(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  if (n < 2) return 0;
  double squares = 0;
  for (const double value : values) squares += std::pow(value - mean(values), 2);
  return std::sqrt(squares / (n - 1) / n);
}

// The first sample's curves move to the mean of the longer ones.
void shift_to_mean(Explored& explored) {
  if (explored.log_ratios.empty()) return;
  explored.table.longer_samples = std::exp(mean(explored.log_ratios));
  for (ShapeCapacity& shape : explored.table.shapes)
    shape.curve = shape.curve.scaled(explored.table.longer_samples);
}

double own_error(const Explored& option, const Explored& baseline, double precision) {
  std::vector<double> against_baseline = option.log_ratios;
  for (std::size_t i = 0; i < std::min(against_baseline.size(), baseline.log_ratios.size()); ++i)
    against_baseline[i] -= baseline.log_ratios[i];
  const double error = error_of_mean(against_baseline);
  // Interpolated between rates that differ by the precision, a rate is right to a quarter of it or better.
  return error > 0 ? std::hypot(error, precision / 4) : 0;
}

CapacityTable by_closed_form(const cases::Case& c, const cases::Option& option, const TimeFactors& range) {
  constexpr int points = 9;
  CapacityTable table;
  for (const ShapeCandidate& candidate : promising_shapes(c, option)) {
    std::vector<CapacityCurve::Point> curve;
    bool ends = false;
    for (int i = 0; i < points; ++i) {
      const double factor = range.fast * std::pow(range.slow / range.fast, i / (points - 1.0));
      const double rate = closed_form_rate(c, option, candidate.shape.gpus, factor);
      ends = rate <= 0;
      if (ends) break;
      curve.push_back({factor, rate});
    }
    if (curve.empty()) continue;
    table.shapes.push_back({candidate.shape, CapacityCurve(std::move(curve), ends),
                            CapacitySource::closed_form, nullptr, std::nullopt});
  }
  return table;
}

// Beyond them a draw falls once in two thousand times.
TimeFactors time_factors(const cases::Case& c, std::size_t option) {
  constexpr double deviations = 3.5;
  const double sigma = std::max(time_factor_sigma(c, option), 0.01);
  return {std::exp(-deviations * sigma), std::exp(deviations * sigma)};
}

CapacityTables all_by_closed_form(const cases::Case& c) {
  CapacityTables result;
  result.baseline = by_closed_form(c, c.baseline, time_factors(c, baseline_index));
  for (std::size_t i = 0; i < c.options.size(); ++i)
    result.options.push_back(by_closed_form(c, c.options[i], time_factors(c, i)));
  return result;
}

// Of all options, as the closed form has it.
double highest_rate(const cases::Case& c) {
  double result = 0;
  const auto look = [&](const cases::Option& option) {
    for (const ShapeCandidate& candidate : promising_shapes(c, option))
      result = std::max(result, candidate.rate());
  };
  look(c.baseline);
  std::ranges::for_each(c.options, look);
  return result;
}

}  // namespace

std::string to_text(CapacitySource source) {
  switch (source) {
    case CapacitySource::simulated:
      return "simulated";
    case CapacitySource::closed_form:
      return "closed form";
    case CapacitySource::carried_over:
      return "carried over";
  }
  return "";
}

bool too_long_to_simulate(const cases::Case& c) {
  constexpr double most_steps_each = 20'000;
  return c.workload.output_tokens.mean() + c.workload.prompt_tokens.mean() / c.engine.token_budget >
         most_steps_each;
}

CapacityTables tabulate_capacities(const cases::Case& c, const CapacitySettings& settings) {
  if (too_long_to_simulate(c)) return all_by_closed_form(c);
  const std::size_t size = sample_size(c, settings, highest_rate(c));
  Search search{c, settings, nullptr, {}};
  search.sample =
      std::make_shared<const workload::Trace>(std::move(sample_traffic(c, size, 1, settings.seed).front()));
  if (settings.samples > 1)
    search.longer = sample_traffic(c, times_longer * size, settings.samples, settings.seed + 1);
  // A log of one request, or of one instant, tells no rate.
  const auto tells_no_rate = [](const workload::Trace& sample) { return sample.requests_per_second() <= 0; };
  if (tells_no_rate(*search.sample) || std::ranges::any_of(search.longer, tells_no_rate))
    return all_by_closed_form(c);
  CapacityTables result;
  result.requests = search.longer.empty() ? size : search.longer.front().size();
  result.samples = settings.samples;
  Explored baseline;
  std::vector<Explored> options(c.options.size());
  in_parallel(options.size() + 1, [&](std::size_t i) {
    if (i == 0)
      baseline = explore(search, c.baseline, time_factors(c, baseline_index));
    else
      options[i - 1] = explore(search, c.options[i - 1], time_factors(c, i - 1));
  });
  result.common_error = error_of_mean(baseline.log_ratios);
  result.simulations = baseline.simulations;
  for (Explored& option : options) {
    option.table.own_error = own_error(option, baseline, settings.precision);
    shift_to_mean(option);
    result.simulations += option.simulations;
    result.options.push_back(std::move(option.table));
  }
  shift_to_mean(baseline);
  result.baseline = std::move(baseline.table);
  return result;
}

}  // namespace bitworth::decision
