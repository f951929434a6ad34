#include "bitworth/decision/decide.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "bitworth/decision/quality_bar.hpp"
#include "bitworth/decision/reasons.hpp"
#include "bitworth/stats/summary.hpp"

namespace bitworth::decision {
namespace {

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

double mean(const std::vector<double>& values) {
  return values.empty()
             ? 0
             : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

WorthSpread spread_of(std::vector<double> sample) {
  static constexpr double ps[] = {0.05, 0.5, 0.95};
  const std::vector<double> q = stats::quantiles(sample, ps);
  std::ranges::sort(sample);
  const std::size_t worst = std::max<std::size_t>(1, sample.size() / 20);
  return {mean(sample), q[0], q[1], q[2],
          mean({sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(worst)})};
}

double share_above_zero(const std::vector<double>& sample) {
  const auto positive = std::ranges::count_if(sample, [](double value) { return value > 0; });
  return static_cast<double>(positive) / static_cast<double>(sample.size());
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

/// Everything that the verdicts on one case rest on.
class Conductor {
 public:
  Conductor(const cases::Case& c, const DecideSettings& settings)
      : widened_(widen(c)),
        basis_(settings.capacities ? prepare(c_, *settings.capacities) : prepare(c_, settings.capacity)),
        uncertainty_(uncertainty_of(c_, basis_.errors(), widened_.kernel_doubts)),
        medians_(uncertainty_.medians()),
        draws_(uncertainty_, static_cast<std::size_t>(settings.draws), settings.seed),
        payoffs_(c_, basis_),
        can_compare_(payoffs_.baseline_serves(medians_)),
        samples_(can_compare_ ? sample(payoffs_, draws_, settings.keep_going) : Samples()) {
    basis_.in_a_hurry = settings.in_a_hurry;
    if (!can_compare_) serving_ = sample_serving(payoffs_, draws_);
  }

  Decision decide() {
    Decision decision;
    decision.draws = samples_.rows.size();
    decision.samples = basis_.capacities.samples;
    decision.requests = basis_.capacities.requests;
    decision.simulations = basis_.capacities.simulations;
    decision.staircase = fleet_staircase(c_, basis_, medians_, baseline_index);
    for (const Quantity& quantity : uncertainty_.quantities)
      decision.inputs.push_back({quantity.name, quantity.unit, quantity.estimate, quantity.option});
    decision.baseline = operate(c_, basis_, medians_, baseline_index);
    if (samples_.draws > 0) {
      const auto kept = static_cast<double>(samples_.rows.size());
      decision.baseline_probability_unserved = 1 - kept / static_cast<double>(samples_.draws);
    }
    if (decision.baseline.cost)
      decision.baseline_per_good_answer = per_good_answer(decision.baseline.cost->after, 0);
    for (std::size_t i = 0; i < c_.options.size(); ++i) decision.options.push_back(compute(i, decision));
    for (std::size_t i = 0; i < c_.options.size(); ++i) judge(i, decision);
    judge_case(decision);
    decision.article = article_view(c_, decision.baseline);
    decision.reasons = case_reasons(c_, decision);
    if (basis_.in_a_hurry) cut_staircases(decision);
    return decision;
  }

 private:
  OptionDecision compute(std::size_t i, const Decision& decision) {
    const Operation& baseline = decision.baseline;
    const cases::Option& option = c_.options[i];
    OptionDecision result;
    result.operation = operate_option(i);
    add_staircase(i, decision.staircase, result);
    if (can_compare_) {
      result.probability_bar_missed = mean(samples_.options[i].breaks);
      result.probability_unserved = mean(samples_.options[i].unserved);
    } else {
      add_serving(i, result);
    }
    result.worst_provenance = worst_provenance(c_, option);
    const std::optional<Payoff> point = payoffs_.one(medians_, i);
    result.bar = quality_bar(c_, option);
    result.quality_loss = option.quality_loss;
    result.widened = widened_.by_option[i];
    if (point && !samples_.rows.empty()) {
      add_figures(i, *point, result);
      const int gpus = baseline.shape.gpus;
      if (!option.api && !option.hardware && roofline::plan_memory(c_, option, gpus).fits())
        result.step_speedup = step_ratio(c_, medians_, i, baseline.state.batch, gpus);
      if (result.net_worth)
        result.break_evens = find_break_evens(payoffs_, medians_, i, result.operation, result.saving_by_load);
    }
    if (!option.api) result.rules = fired(i, result.operation, point);
    return result;
  }

  // Where there is no baseline to compare with.
  void add_serving(std::size_t i, OptionDecision& result) {
    const ServingSamples& samples = serving_[i];
    result.probability_bar_missed = samples.breaks;
    result.probability_unserved = samples.unserved;
    if (!c_.hardware.priced()) return;
    if (const auto point = payoffs_.cost_of_serving(medians_, i))
      result.cost_of_serving = estimate_of(samples.dollars, *point);
  }

  // The medians as an option on a device of its own has them.
  Inputs medians_of(std::size_t i) const {
    Inputs there = medians_;
    there.price_per_gpu_hour = medians_.options[i].price_per_gpu_hour;
    return there;
  }

  Operation operate_option(std::size_t i) const {
    if (c_.options[i].api) return operate_api(c_, medians_, i);
    return operate(as_seen_by(c_, c_.options[i]), basis_, medians_of(i), i);
  }

  void cut_staircases(Decision& decision) const {
    constexpr double times_of_today = 4;
    const double most = times_of_today * medians_.requests_per_second;
    decision.staircase.cut(most);
    for (OptionDecision& option : decision.options) option.staircase.cut(most);
  }

  void add_staircase(std::size_t i, const Staircase& baseline, OptionDecision& result) const {
    if (c_.options[i].api) return;
    result.staircase = fleet_staircase(as_seen_by(c_, c_.options[i]), basis_, medians_of(i), i);
    result.saving_by_load = saving_staircase(baseline, result.staircase);
    result.saving_turn =
        saving_turn(result.saving_by_load, medians_.requests_per_second, result.staircase.up_to);
  }

  void add_figures(std::size_t i, const Payoff& point, OptionDecision& result) {
    const OptionSamples& samples = samples_.options[i];
    if (!samples.speedup.empty() && point.speedup > 0)
      result.speedup = estimate_of(samples.speedup, point.speedup);
    result.gpus_saved = estimate_of(samples.gpus_saved, point.gpus_saved);
    if (!c_.hardware.priced()) return;
    result.dollars_saved_per_month = estimate_of(samples.dollars_saved, point.dollars_saved_per_month);
    result.net_worth = estimate_of(samples.net_worth, point.net_worth);
    result.spread = spread_of(samples.net_worth);
    result.probability_pays = share_above_zero(samples.net_worth);
    result.money = money_of(i, result.operation);
    result.cash = cash_of(i, point);
    const economics::Saving& today = result.money->project.saved_per_month.front();
    result.saving = economics::FleetSaving{today.committed, today.free, result.money->terms.committed_months};
  }

  std::vector<CashPoint> cash_of(std::size_t i, const Payoff& point) {
    std::vector<double> at_medians;
    payoffs_.one(medians_, i);
    payoffs_.add_up(medians_, i, point, at_medians);
    std::vector<CashPoint> result;
    for (std::size_t month = 0; month < at_medians.size(); ++month) {
      const Estimate all = estimate_of(samples_.options[i].cash[month], at_medians[month]);
      const double end = std::min(static_cast<double>(month), c_.money.horizon_months);
      result.push_back({end, all.value, all.p10, all.p90});
    }
    return result;
  }

  MoneyView money_of(std::size_t i, const Operation& operation) {
    MoneyView view;
    view.project = *payoffs_.project(medians_, i);
    view.once = view.project.once;
    view.costs = cost_lines(c_, medians_, medians_.options[i]);
    view.hidden = hidden_lines(c_, medians_, medians_.options[i]);
    economics::Terms terms = payoffs_.terms(medians_);
    view.terms = terms;
    view.months = economics::schedule(view.project, terms);
    view.payback_months = economics::payback_months(view.months);
    view.discounted_payback_months = economics::discounted_payback_months(view.months, terms.discount_rate);
    terms.horizon_months = 12;
    view.year_one_net = economics::net_of_months(economics::schedule(view.project, terms), 12);
    if (operation.cost)
      view.per_good_answer = per_good_answer(operation.cost->after, medians_.options[i].quality_loss);
    return view;
  }

  std::optional<double> per_good_answer(double dollars_per_month, double loss) const {
    const double good = medians_.requests_per_second * one_month.value() * (c_.quality.accuracy - loss);
    return good > 0 ? std::optional(dollars_per_month / good) : std::nullopt;
  }

  std::vector<FiredRule> fired(std::size_t i, const Operation& own,
                               const std::optional<Payoff>& point) const {
    if (!c_.rules) return {};
    const cases::Option& option = c_.options[i];
    Running running{
        .gpus_per_replica = own.shape.gpus,
        .batch = own.batch_at_mean_load(),
        .largest_batch = std::max(1.0, own.at_peak ? own.at_peak->batch : own.closed_form.state.batch),
        .on_the_same_gpus = !option.hardware,
        .gpus_saved = std::nullopt,
        .committed_months =
            c_.hardware.tenure == cases::Tenure::on_demand ? 0 : c_.hardware.committed_months};
    if (own.plan) running.idle_gpus = own.plan->gpus() - own.plan->use.peak.replicas * own.shape.gpus;
    if (point) running.gpus_saved = point->mean_gpus_saved;
    return fired_rules(*c_.rules, facts_of(as_seen_by(c_, option), option, running));
  }

  Weighing weighing(const Decision& decision) const {
    Weighing result{c_, uncertainty_, samples_, {}, {}, {}, {}, medians_};
    for (const OptionDecision& option : decision.options) {
      result.fired.push_back(option.rules);
      result.bars.push_back(option.bar);
      result.gpus_per_replica.push_back(option.operation.shape.gpus);
      result.dollars_a_month.push_back(option.money ? option.spread->mean / c_.money.horizon_months : 0);
    }
    return result;
  }

  static bool weighable(const OptionDecision& option) {
    return option.net_worth && option.bar != Bar::missed;
  }

  void judge(std::size_t i, Decision& decision) const {
    OptionDecision& option = decision.options[i];
    if (weighable(option)) option.information = weigh(weighing(decision), {i});
    option.verdict = can_compare_ ? verdict(option) : verdict_alone(option);
    if (option.verdict == Verdict::go) add_conditions(i, decision);
    option.reasons = option_reasons(c_, decision.baseline, c_.options[i], option);
  }

  void add_conditions(std::size_t i, Decision& decision) const {
    OptionDecision& option = decision.options[i];
    if (const auto condition = quality_condition(c_, c_.options[i], option.bar))
      option.conditions.push_back(*condition);
    if (const auto condition = edge_condition(c_, c_.options[i], option))
      option.conditions.push_back(*condition);
  }

  // The baseline cannot serve, so that an option that can is what makes serving possible at all: it goes
  // unless something forbids it.
  Verdict verdict_alone(const OptionDecision& option) const {
    if (option.bar == Bar::missed || (!option.operation.feasible() && !option.operation.cost))
      return Verdict::no_go;
    bool blocked = option.bar == Bar::unclear;
    for (const FiredRule& fired : option.rules) {
      if (fired.rule->severity != cases::Severity::block) continue;
      if (fired.rule->lifted_by.empty()) return Verdict::no_go;
      blocked = true;
    }
    return blocked ? Verdict::measure : Verdict::go;
  }

  Verdict verdict(const OptionDecision& option) const {
    if (option.bar == Bar::missed || (!option.operation.feasible() && !option.operation.cost))
      return Verdict::no_go;
    if (!option.gpus_saved) return Verdict::measure;  // nothing to compare with
    if (!option.net_worth) return option.gpus_saved->p90 <= 0 ? Verdict::no_go : Verdict::measure;
    if (option.information->best_measurement() != nullptr) return Verdict::measure;
    return option.information->choice ? Verdict::go : Verdict::no_go;
  }

  void judge_case(Decision& decision) {
    std::vector<std::size_t> together;
    for (std::size_t i = 0; i < decision.options.size(); ++i) {
      if (weighable(decision.options[i])) together.push_back(i);
    }
    if (!together.empty()) decision.information = weigh(weighing(decision), together);
    decision.best = best_option(decision);
    if (!decision.best) return;
    decision.ties = ties(decision);
    decision.verdict = decision.options[*decision.best].verdict;
    decision.conditions = decision.options[*decision.best].conditions;
    if (!decision.options[*decision.best].net_worth) return;
    decision.tornado = tornado(payoffs_, uncertainty_, samples_, *decision.best);
    if (decision.verdict != Verdict::no_go) add_kill_criteria(decision);
  }

  void add_kill_criteria(Decision& decision) const {
    const OptionDecision& best = decision.options[*decision.best];
    decision.kill_criteria =
        kill_criteria(c_, best.break_evens, best.money->payback_months,
                      break_even_error_price(medians_, *decision.best, best.dollars_saved_per_month->value));
  }

  // Dollars, else GPUs: more is better.
  static double ranked_by(const OptionDecision& option) {
    if (option.spread) return option.spread->mean;
    if (option.cost_of_serving) return -option.cost_of_serving->value;
    if (option.gpus_saved) return option.gpus_saved->value;
    return option.operation.plan ? -option.operation.plan->gpus() : std::numeric_limits<double>::lowest();
  }

  // Options of the best one's verdict that nothing tells from it.
  std::vector<std::size_t> ties(const Decision& decision) const {
    std::vector<std::size_t> result;
    const OptionDecision& best = decision.options[*decision.best];
    if (best.verdict == Verdict::no_go || (!best.spread && !best.cost_of_serving)) return result;
    const double worth = ranked_by(best), near = c_.judgement.tie_share * std::abs(worth);
    for (std::size_t i = 0; i < decision.options.size(); ++i) {
      const OptionDecision& other = decision.options[i];
      if (i != *decision.best && other.verdict == best.verdict && worth - ranked_by(other) <= near)
        result.push_back(i);
    }
    return result;
  }

  // The option that the case's verdict is about: the best verdict, and among equals the one worth most.
  static std::optional<std::size_t> best_option(const Decision& decision) {
    const auto rank = [](const OptionDecision& option) {
      const int verdict = option.verdict == Verdict::go ? 2 : option.verdict == Verdict::measure ? 1 : 0;
      return std::pair(verdict, ranked_by(option));
    };
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < decision.options.size(); ++i) {
      if (!best || rank(decision.options[*best]) < rank(decision.options[i])) best = i;
    }
    return best;
  }

  const WidenedCase widened_;
  const cases::Case& c_ = widened_.c;
  Basis basis_;
  Uncertainty uncertainty_;
  Inputs medians_;
  Draws draws_;
  Payoffs payoffs_;
  bool can_compare_;  // the baseline serves at the medians
  Samples samples_;
  std::vector<ServingSamples> serving_;  // by option, where it does not
};

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

Decision decide(const cases::Case& c, const DecideSettings& settings) {
  return Conductor(c, settings).decide();
}

}  // namespace bitworth::decision
