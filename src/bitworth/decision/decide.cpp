#include "bitworth/decision/decide.hpp"

#include <algorithm>

#include "bitworth/decision/quality_bar.hpp"
#include "bitworth/decision/reasons.hpp"
#include "bitworth/decision/worth.hpp"
#include "bitworth/stats/summary.hpp"

namespace bitworth::decision {
namespace {

constexpr int draws_between_reports = 64;

/// What the draws gave for one option. Draws in which the baseline cannot serve are left out.
struct Samples {
  std::vector<double> net_worth, speedup, gpus_saved, dollars_saved;
};

void add_draw(const cases::Case& c, const Basis& basis, const Inputs& inputs, std::size_t option,
              const std::optional<FleetPlan>& baseline, Samples& samples) {
  const std::optional<FleetPlan> candidate = plan_fleet(c, basis, inputs, option);
  if (const std::optional<Worth> result = worth(c, basis, inputs, option, baseline, candidate)) {
    samples.net_worth.push_back(result->net_worth);
    samples.speedup.push_back(result->speedup);
    samples.gpus_saved.push_back(result->gpus_saved);
    samples.dollars_saved.push_back(result->dollars_saved_per_month);
  } else {
    // Tried, found too slow, rolled back: the work is lost and nothing is saved.
    samples.net_worth.push_back(-project_cost(inputs, inputs.options[option]));
    samples.gpus_saved.push_back(0);
    samples.dollars_saved.push_back(0);
  }
}

Estimate estimate_of(const std::vector<double>& sample, double median_answer) {
  static constexpr double ps[] = {0.1, 0.5, 0.9};
  const std::vector<double> q = stats::quantiles(sample, ps);
  // The value shown is the answer at the median inputs, which is what the rest of the page explains; the
  // draws give the interval, and it always holds that value.
  return {.value = median_answer,
          .p10 = std::min(q[0], median_answer),
          .p90 = std::max(q[2], median_answer),
          .provenance = Provenance::modelled,
          .source = "draws of the inputs",
          .date = ""};
}

std::vector<Samples> run_draws(const cases::Case& c, const Basis& basis, const DecideSettings& settings) {
  std::vector<Samples> samples(c.options.size());
  int drawn = 0;
  for (const Inputs& inputs : draw_inputs(c, settings.draws, settings.seed)) {
    if (drawn++ % draws_between_reports == 0 && settings.keep_going &&
        !settings.keep_going(static_cast<double>(drawn) / settings.draws))
      break;
    const std::optional<FleetPlan> baseline = plan_fleet(c, basis, inputs, baseline_index);
    if (!baseline) continue;
    for (std::size_t i = 0; i < c.options.size(); ++i) add_draw(c, basis, inputs, i, baseline, samples[i]);
  }
  return samples;
}

Verdict judge(const OptionDecision& option) {
  if (option.bar == Bar::missed || !option.operation.feasible()) return Verdict::no_go;
  if (!option.gpus_saved) return Verdict::measure;  // the baseline cannot serve: nothing to compare with
  if (!option.net_worth) return option.gpus_saved->p90 <= 0 ? Verdict::no_go : Verdict::measure;
  if (option.net_worth->p90 < 0) return Verdict::no_go;
  if (option.net_worth->p10 > 0 && option.bar == Bar::met) return Verdict::go;
  return Verdict::measure;
}

double share_above_zero(const std::vector<double>& sample) {
  const auto positive = std::ranges::count_if(sample, [](double value) { return value > 0; });
  return static_cast<double>(positive) / static_cast<double>(sample.size());
}

void add_money(const cases::Case& c, const Worth& point, const Samples& samples, OptionDecision& decision) {
  if (!c.hardware.priced()) return;
  decision.dollars_saved_per_month = estimate_of(samples.dollars_saved, point.dollars_saved_per_month);
  decision.net_worth = estimate_of(samples.net_worth, point.net_worth);
  decision.probability_pays = share_above_zero(samples.net_worth);
  decision.cash_flow = point.cash_flow;
  decision.payback_months = point.payback_months;
  decision.saving = point.saving;
}

Provenance worst_provenance(const cases::Case& c, const cases::Option& option) {
  Provenance result = Provenance::modelled;  // the step times
  for (const Estimate* input : {&c.workload.requests_per_second, &c.money.engineering_hours,
                                &c.money.engineer_price_per_hour, &option.quality_loss})
    result = worst(result, input->provenance);
  if (c.hardware.owned) {
    result = worst(result, c.hardware.owned->price.provenance);
  } else if (c.hardware.price_per_gpu_hour) {
    result = worst(result, c.hardware.price_per_gpu_hour->provenance);
  }
  return result;
}

void add_staircase(const cases::Case& c, const Basis& basis, const Inputs& medians, const Staircase& baseline,
                   std::size_t index, OptionDecision& decision) {
  decision.staircase = fleet_staircase(c, basis, medians, index);
  decision.saving_by_load = saving_staircase(baseline, decision.staircase);
  decision.saving_turn =
      saving_turn(decision.saving_by_load, medians.requests_per_second, decision.staircase.up_to);
}

OptionDecision decide_option(const cases::Case& c, const Basis& basis, const Inputs& medians,
                             const Operation& baseline, std::size_t index, const Samples& samples) {
  const cases::Option& option = c.options[index];
  OptionDecision decision;
  decision.operation = operate(c, basis, medians, index);
  decision.bar = quality_bar(c, option);
  decision.worst_provenance = worst_provenance(c, option);
  const auto point = worth(c, basis, medians, index, baseline.plan, decision.operation.plan);
  if (point && !samples.speedup.empty()) {
    decision.speedup = estimate_of(samples.speedup, point->speedup);
    decision.gpus_saved = estimate_of(samples.gpus_saved, point->gpus_saved);
    add_money(c, *point, samples, decision);
    const int gpus = baseline.shape.gpus;
    if (roofline::plan_memory(c, option, gpus).fits())
      decision.step_speedup = step_ratio(c, medians, index, baseline.state.batch, gpus);
    decision.flips = find_flips(c, basis, medians, index);
  }
  decision.verdict = judge(decision);
  decision.reasons = option_reasons(c, baseline, option, decision);
  return decision;
}

// The option that the case's verdict is about: the best verdict, and among equals the one worth most.
std::optional<std::size_t> best_option(const std::vector<OptionDecision>& options) {
  const auto rank = [](const OptionDecision& option) {
    const int verdict = option.verdict == Verdict::go ? 2 : option.verdict == Verdict::measure ? 1 : 0;
    const double worth = option.net_worth    ? option.net_worth->value
                         : option.gpus_saved ? option.gpus_saved->value
                                             : 0;
    return std::pair(verdict, worth);
  };
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (!best || rank(options[*best]) < rank(options[i])) best = i;
  }
  return best;
}

}  // namespace

std::string to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::go:
      return "GO";
    case Verdict::no_go:
      return "NO-GO";
    case Verdict::measure:
      return "MEASURE";
  }
  return "";
}

std::string to_text(Bar bar) {
  switch (bar) {
    case Bar::met:
      return "met";
    case Bar::missed:
      return "missed";
    case Bar::unclear:
      return "unclear";
  }
  return "";
}

Decision decide(const cases::Case& c, const DecideSettings& settings) {
  const Inputs medians = median_inputs(c);
  const Basis basis = prepare(c, settings.capacity);
  Decision decision;
  decision.samples = basis.capacities.samples;
  decision.requests = basis.capacities.requests;
  decision.simulations = basis.capacities.simulations;
  decision.baseline = operate(c, basis, medians, baseline_index);
  const std::vector<Samples> samples = run_draws(c, basis, settings);
  decision.staircase = fleet_staircase(c, basis, medians, baseline_index);
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    decision.options.push_back(decide_option(c, basis, medians, decision.baseline, i, samples[i]));
    add_staircase(c, basis, medians, decision.staircase, i, decision.options.back());
  }
  decision.best = best_option(decision.options);
  if (decision.best) decision.verdict = decision.options[*decision.best].verdict;
  decision.article = article_view(c, decision.baseline);
  decision.reasons = case_reasons(c, decision);
  return decision;
}

}  // namespace bitworth::decision
