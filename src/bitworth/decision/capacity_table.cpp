#include "bitworth/decision/capacity_table.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>

#include "bitworth/decision/capacity_points.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/decision/simulated_replica.hpp"
#include "bitworth/decision/traffic_sample.hpp"
#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/steady_state.hpp"

namespace bitworth::decision {
namespace {

// A shape as the closed form sees it.
struct Candidate {
  ReplicaShape shape;
  roofline::Capacity closed_form;
  double rate() const { return closed_form.state.requests_per_second; }
  double rate_per_gpu() const { return rate() / shape.gpus; }
};

// Beyond these nothing changes, and the tables of steps grow.
constexpr int most_sequences = 8192, most_tokens = 65'536;

ReplicaShape own_shape(const cases::Case& c, int gpus) {
  const int sequences = std::min(c.engine.max_num_seqs, most_sequences);
  return {gpus, sequences, std::clamp(c.engine.token_budget, sequences, most_tokens)};
}

roofline::Capacity closed_form(const cases::Case& c, const cases::Option& option, int gpus,
                               double time_factor) {
  const roofline::MemoryPlan memory = roofline::plan_memory(c, option, gpus);
  const double fit = roofline::sequences_that_fit(c, option, memory, gpus);
  return roofline::capacity(c, step_model(c, option, time_factor, gpus), fit);
}

std::vector<Candidate> candidates(const cases::Case& c, const cases::Option& option) {
  std::vector<Candidate> result;
  for (const int gpus : gpus_to_try(c, option)) {
    if (gpus > c.hardware.instance_sizes.back() || !roofline::plan_memory(c, option, gpus).fits()) continue;
    const Candidate candidate{own_shape(c, gpus), closed_form(c, option, gpus, 1)};
    if (candidate.closed_form.missed != roofline::Limit::kv_memory) result.push_back(candidate);
  }
  return result;
}

// Those worth simulating: the smallest replica, which small loads want, and whatever comes near the best
// rate per GPU. The closed form knows no queues, hence the margin.
std::vector<Candidate> promising(std::vector<Candidate> all) {
  constexpr double near_best = 0.8;
  double best = 0;
  for (const Candidate& candidate : all) best = std::max(best, candidate.rate_per_gpu());
  const int smallest = all.empty() ? 0 : all.front().shape.gpus;
  std::erase_if(all, [&](const Candidate& candidate) {
    return candidate.shape.gpus != smallest && candidate.rate_per_gpu() < near_best * best;
  });
  return all;
}

// Enough requests that a queue shows: a rate just above capacity must overrun the allowed wait within the
// sample.
std::size_t sample_size(const cases::Case& c, const CapacitySettings& settings, double highest_rate) {
  constexpr double waits = 20;
  constexpr std::size_t most = 40'000;
  const double wait = requirements(c.workload.slo).front().limit.value();
  const double needed = std::min(waits * wait * highest_rate, static_cast<double>(most));
  return std::max(settings.requests, static_cast<std::size_t>(needed));
}

// Steps of a simulation: from here on the closed form must do.
bool too_long_to_simulate(const cases::Case& c) {
  constexpr double most_steps_each = 20'000;
  return c.workload.output_tokens.mean() + c.workload.prompt_tokens.mean() / c.engine.token_budget >
         most_steps_each;
}

/// What all options have in common.
struct Search {
  const cases::Case& c;
  const CapacitySettings& settings;
  std::vector<workload::Trace> samples;
  int simulations = 0;
};

/// A replica of some GPUs at its best settings, under the first sample.
class Explorer {
 public:
  Explorer(Search& search, const cases::Option& option, const Candidate& candidate)
      : search_(search), largest_(largest(search.c, candidate.shape)), replica_(search.c, option, largest_) {
    if (replica_.kv_blocks() < 1) return;
    best_ = points(candidate.shape);
    rate_ = best_->rate_at_median(candidate.rate(), precision());
    shape_ = candidate.shape;
    if (search.c.engine.batching_is_fixed) return;
    // One setting at a time: sequences, then tokens.
    for (const int sequences : {shape_.max_num_seqs / 2, shape_.max_num_seqs * 2})
      try_instead({shape_.gpus, sequences, shape_.token_budget});
    for (const int tokens : {shape_.token_budget / 2, shape_.token_budget * 2})
      try_instead({shape_.gpus, shape_.max_num_seqs, tokens});
  }

  ShapeCapacity capacity(double fast, double slow) {
    ShapeCapacity result;
    result.shape = shape_;
    if (!best_) return result;
    result.curve = best_->curve(rate_ > 0 ? rate_ : best_->least_rate(), fast, slow, precision());
    if (rate_ > 0) result.gives_way = best_->gives_way();
    search_.simulations += best_->simulations();
    return result;
  }

  /// Requests/s at the medians; 0: none in time.
  double rate() const { return rate_; }
  const ReplicaShape& shape() const { return shape_; }

  /// The same under another sample.
  double rate_under(const workload::Trace& sample) {
    CapacityPoints other(search_.c, replica_, sample, shape_);
    constexpr double samples_differ_by = 1.06;
    const double rate = other.rate_at_median(rate_, precision(), samples_differ_by);
    search_.simulations += other.simulations();
    return rate;
  }

  Miss miss() {
    const double load = best_->least_rate();
    const Slack slack = best_->slack_at(load);
    Miss result{slack.tightest, shape_.gpus, load, std::nullopt};
    if (slack.factor > 0) result.took = slack.tightest.limit / slack.factor;
    return result;
  }
  bool simulated() const { return best_ != nullptr; }

 private:
  static ReplicaShape largest(const cases::Case& c, const ReplicaShape& own) {
    if (c.engine.batching_is_fixed) return own;
    return {own.gpus, std::min(2 * own.max_num_seqs, most_sequences),
            std::min(2 * own.token_budget, most_tokens)};
  }

  double precision() const { return search_.settings.precision; }

  std::unique_ptr<CapacityPoints> points(const ReplicaShape& shape) const {
    return std::make_unique<CapacityPoints>(search_.c, replica_, search_.samples.front(), shape);
  }

  // Taken where it carries more at the medians.
  void try_instead(const ReplicaShape& other) {
    if (rate_ <= 0 || other.max_num_seqs < 1 || other.max_num_seqs > other.token_budget ||
        other.max_num_seqs > largest_.max_num_seqs || other.token_budget > largest_.token_budget)
      return;
    auto candidate = points(other);
    const double more = rate_ * (1 + precision());
    if (candidate->slack_at(more).factor >= 1) {
      rate_ = candidate->rate_at_median(more, precision());
      shape_ = other;
      std::swap(best_, candidate);
    }
    search_.simulations += candidate->simulations();
  }

  Search& search_;
  ReplicaShape largest_;
  SimulatedReplica replica_;
  std::unique_ptr<CapacityPoints> best_;
  ReplicaShape shape_;
  double rate_ = 0;
};

/// One option's table, and its rates at the medians under each sample over that under the first.
struct Explored {
  CapacityTable table;
  std::vector<double> log_ratios;  // empty: it cannot serve
};

struct TimeFactors {
  double fast = 1, slow = 1;
};

Explored explore(Search& search, const cases::Option& option, const TimeFactors& range) {
  Explored result;
  std::vector<std::unique_ptr<Explorer>> explorers;
  for (const Candidate& candidate : promising(candidates(search.c, option))) {
    auto explorer = std::make_unique<Explorer>(search, option, candidate);
    if (!explorer->simulated()) continue;
    ShapeCapacity capacity = explorer->capacity(range.fast, range.slow);
    if (!capacity.curve.points().empty()) result.table.shapes.push_back(std::move(capacity));
    explorers.push_back(std::move(explorer));
  }
  if (explorers.empty()) return result;
  const auto per_gpu = [](const auto& explorer) { return explorer->rate() / explorer->shape().gpus; };
  Explorer& best = **std::ranges::max_element(explorers, {}, per_gpu);
  if (best.rate() <= 0) {
    result.table.missed = explorers.back()->miss();
    return result;
  }
  result.log_ratios.push_back(0);
  for (std::size_t i = 1; i < search.samples.size(); ++i) {
    const double rate = best.rate_under(search.samples[i]);
    result.log_ratios.push_back(rate > 0 ? std::log(rate / best.rate()) : 0);
  }
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

// All samples count, so the first one's curves move to the mean of all.
void shift_to_mean(Explored& explored) {
  if (explored.log_ratios.empty()) return;
  for (ShapeCapacity& shape : explored.table.shapes)
    shape.curve = shape.curve.scaled(std::exp(mean(explored.log_ratios)));
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
  for (const Candidate& candidate : promising(candidates(c, option))) {
    std::vector<CapacityCurve::Point> curve;
    bool ends = false;
    for (int i = 0; i < points; ++i) {
      const double factor = range.fast * std::pow(range.slow / range.fast, i / (points - 1.0));
      const roofline::Capacity at = closed_form(c, option, candidate.shape.gpus, factor);
      ends = at.limit == roofline::Limit::infeasible;
      if (ends) break;
      curve.push_back({factor, at.state.requests_per_second});
    }
    if (curve.empty()) continue;
    table.shapes.push_back(
        {candidate.shape, CapacityCurve(std::move(curve), ends), CapacitySource::closed_form, std::nullopt});
  }
  return table;
}

// Beyond them a draw falls once in two thousand times.
TimeFactors time_factors(const cases::Case& c, std::size_t option) {
  constexpr double deviations = 3.5;
  const double sigma = std::max(time_factor_sigma(c, option), 0.01);
  return {std::exp(-deviations * sigma), std::exp(deviations * sigma)};
}

}  // namespace

std::string to_text(CapacitySource source) {
  return source == CapacitySource::simulated ? "simulated" : "closed form";
}

CapacityTables tabulate_capacities(const cases::Case& c, const CapacitySettings& settings) {
  CapacityTables result;
  const TimeFactors of_baseline = time_factors(c, baseline_index);
  if (too_long_to_simulate(c)) {
    result.baseline = by_closed_form(c, c.baseline, of_baseline);
    for (std::size_t i = 0; i < c.options.size(); ++i)
      result.options.push_back(by_closed_form(c, c.options[i], time_factors(c, i)));
    return result;
  }
  double highest_rate = 0;
  const auto look = [&](const cases::Option& option) {
    for (const Candidate& candidate : promising(candidates(c, option)))
      highest_rate = std::max(highest_rate, candidate.rate());
  };
  look(c.baseline);
  std::ranges::for_each(c.options, look);
  result.requests = sample_size(c, settings, highest_rate);
  result.samples = settings.samples;
  result.seed = settings.seed;
  Search search{c, settings, {}, 0};
  for (int i = 0; i < settings.samples; ++i)
    search.samples.push_back(
        sample_traffic(c, result.requests, settings.seed + static_cast<std::uint64_t>(i)));
  Explored baseline = explore(search, c.baseline, of_baseline);
  result.common_error = error_of_mean(baseline.log_ratios);
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    Explored option = explore(search, c.options[i], time_factors(c, i));
    option.table.own_error = own_error(option, baseline, settings.precision);
    shift_to_mean(option);
    result.options.push_back(std::move(option.table));
  }
  shift_to_mean(baseline);
  result.baseline = std::move(baseline.table);
  result.simulations = search.simulations;
  return result;
}

}  // namespace bitworth::decision
