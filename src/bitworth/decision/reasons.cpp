#include "bitworth/decision/reasons.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/quality_bar.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

// A smaller share of the draws is not worth a line.
constexpr double shown_from = 0.005;

std::string gpus(double count) {
  return format("{} GPU{}", significant(count), count == 1 ? "" : "s");
}

// The percentile that the simulator finds missed though nobody waits for anybody.
std::string miss_reason(const cases::Case& c, const Miss& miss) {
  const std::string where = format("{} x {}", miss.gpus, c.hardware.device.name);
  if (!miss.took)
    return format("more than {} of the requests are larger than the whole KV cache of {}",
                  percent(1 - miss.requirement.percentile), where);
  return format("misses the {} of {} even where hardly any request meets another, on {}: its p{} is {}",
                to_text(miss.requirement.measure), to_text(miss.requirement.limit), where,
                significant(miss.requirement.percentile * 100), to_text(*miss.took));
}

// Why an option cannot serve the traffic at all.
std::string infeasible_reason(const cases::Case& c, const Operation& o) {
  const std::string& device = c.hardware.device.name;
  if (!o.memory.fits()) {
    return format("does not fit: {} of weights a GPU on {} x {}, {} too much", to_text(o.memory.weights),
                  o.shape.gpus, device, to_text(-o.memory.kv_cache));
  }
  if (o.missed) return miss_reason(c, *o.missed);
  switch (o.closed_form.missed) {
    case roofline::Limit::kv_memory:
      return format("no room for the KV cache of one request beside the weights on {} x {}", o.shape.gpus,
                    device);
    case roofline::Limit::tpot:
      return format("misses the TPOT of {} even alone: a step takes {}", to_text(*c.workload.slo.tpot_p99),
                    to_text(o.closed_form.state.step.total()));
    case roofline::Limit::ttft:
      return format("misses the TTFT of {} even alone: the longest prompts take {}",
                    to_text(*c.workload.slo.ttft_p99), to_text(o.closed_form.state.ttft));
    default:
      return format("no instance holds a replica of {} GPUs", o.shape.gpus);
  }
}

std::string fleet_reason(const Operation& baseline, const Operation& option, const OptionDecision& decision) {
  const int before = baseline.plan->gpus(), after = option.plan->gpus();
  const std::string rate = format(
      "{} requests/s per GPU instead of {} ({}x)", significant(option.plan->requests_per_second_per_gpu()),
      significant(baseline.plan->requests_per_second_per_gpu()), significant(decision.speedup->value));
  if (after == before)
    return format("{}, but the fleet stays at {}: a faster GPU saves nothing", rate, gpus(after));
  const bool slower = decision.speedup->value < 1;
  // Whole replicas and instances can turn it around.
  const std::string because = slower == (after < before)
                                  ? format(", since replicas of {} fit this load better than those of {}",
                                           gpus(option.plan->shape.gpus), gpus(baseline.plan->shape.gpus))
                                  : "";
  return format("{}: {} instead of {}{}", rate, gpus(after), gpus(before), because);
}

std::string ceiling(const cases::Case& c) {
  return format("up to {} times the GPUs that the medians ask for", significant(c.judgement.fleet_ceiling));
}

// How near to impossible the SLO is; empty: in hardly any draw.
std::string edge_reason(const cases::Case& c, const OptionDecision& decision) {
  if (decision.probability_unserved < shown_from) return "";
  return format("edge of the SLO: in {} of the draws no fleet of {} holds it; its work is lost there",
                percent(decision.probability_unserved), ceiling(c));
}

std::string baseline_edge_reason(const cases::Case& c, const Decision& decision) {
  if (decision.baseline_probability_unserved < shown_from) return "";
  return format(
      "edge of the SLO: in {} of the draws no fleet of {} by {} holds it; they are left out, and what is "
      "said "
      "of savings is said of the others",
      percent(decision.baseline_probability_unserved), c.baseline.name, ceiling(c));
}

// Of what serves where the baseline cannot.
std::string serving_reason(const OptionDecision& decision) {
  const Estimate& cost = *decision.cost_of_serving;
  return format("costs {} over the horizon with all work (80 %: {} to {}){}", to_text(Dollars(cost.value)),
                to_text(Dollars(cost.p10)), to_text(Dollars(cost.p90)),
                decision.operation.plan ? format(", on {}", gpus(decision.operation.plan->gpus())) : "");
}

std::string money_reason(const OptionDecision& decision) {
  const Estimate& worth = *decision.net_worth;
  return format("worth {} on average over the horizon (80 %: {} to {}), pays in {} of the draws",
                to_text(Dollars(decision.spread->mean)), to_text(Dollars(worth.p10)),
                to_text(Dollars(worth.p90)), percent(*decision.probability_pays));
}

// What a commitment keeps from being saved.
std::string commitment_reason(const cases::Case& c, const economics::FleetSaving& saving) {
  const bool owned = c.hardware.tenure == cases::Tenure::owned;
  const std::string until_then =
      saving.during == 0 ? std::string("nothing")
                         : to_text(Dollars(saving.during)) + " a month" + (owned ? " of power" : "");
  return format(
      "GPUs that are {} are paid for {} more months: at today's load this saves {} until then, {} a month "
      "after",
      owned ? "owned" : "reserved", significant(saving.months), until_then, to_text(Dollars(saving.after)));
}

bool rests_on_priors(const std::vector<HiddenLine>& lines) {
  return std::ranges::any_of(lines,
                             [](const HiddenLine& line) { return line.provenance == Provenance::prior; });
}

// What the article calls hidden, in dollars at the medians.
std::string hidden_costs_reason(const std::vector<HiddenLine>& lines) {
  double once = 0, per_month = 0;
  for (const HiddenLine& line : lines) {
    once += line.once;
    per_month += line.per_month;
  }
  return format("hidden costs take {} once and {} a month of that, by priors (--explain)",
                to_text(Dollars(once)), to_text(Dollars(per_month)));
}

}  // namespace

std::vector<std::string> option_reasons(const cases::Case& c, const Operation& baseline,
                                        const cases::Option& option, const OptionDecision& decision) {
  std::vector<std::string> reasons;
  if (option.api) {
    if (decision.money && baseline.cost)
      reasons.push_back(format("hosted for {} a month instead of {}",
                               to_text(Dollars(decision.operation.cost->after)),
                               to_text(Dollars(baseline.cost->after))));
    if (decision.net_worth) reasons.push_back(money_reason(decision));
    if (decision.cost_of_serving) reasons.push_back(serving_reason(decision));
  } else if (!decision.operation.feasible()) {
    reasons.push_back(infeasible_reason(c, decision.operation));
  } else if (!baseline.feasible()) {
    reasons.push_back("serves this traffic where the baseline cannot, so there is no saving to compute");
    if (decision.cost_of_serving) reasons.push_back(serving_reason(decision));
  } else {
    reasons.push_back(fleet_reason(baseline, decision.operation, decision));
    if (decision.net_worth) {
      reasons.push_back(money_reason(decision));
      if (decision.saving && decision.saving->months > 0)
        reasons.push_back(commitment_reason(c, *decision.saving));
    } else {
      reasons.push_back(format("no price for {}: time and ratios only; give hardware.price_per_gpu_hour",
                               c.hardware.device.name));
    }
  }
  if (const std::string edge = edge_reason(c, decision); !edge.empty() && decision.operation.feasible())
    reasons.push_back(edge);
  reasons.push_back(quality_reason(c, option, decision.bar));
  for (const Widened& widened : decision.widened)
    reasons.push_back(format("{} makes the bad side of {} {} times as long: {}", widened.rule->id,
                             widened.input, significant(widened.factor), widened.rule->widens->reason));
  for (const FiredRule& fired : decision.rules) {
    if (fired.rule->severity == cases::Severity::block)
      reasons.push_back(format("blocked by {}: {}", fired.rule->id, fired.rule->happens));
  }
  if (decision.money && rests_on_priors(decision.money->hidden))
    reasons.push_back(hidden_costs_reason(decision.money->hidden));
  return reasons;
}

std::optional<std::string> edge_condition(const cases::Case& c, const cases::Option& option,
                                          const OptionDecision& decision) {
  if (decision.probability_unserved <= c.judgement.edge_share) return std::nullopt;
  return format(
      "a load test of one replica shows that {} holds the SLO: in {} of the draws no fleet of {} does",
      option.name, percent(decision.probability_unserved), ceiling(c));
}

namespace {

std::string tie_reason(const cases::Case& c, const Decision& decision) {
  std::vector<std::string> names;
  for (const std::size_t i : decision.ties) names.push_back(c.options[i].name);
  return format("as good within {}: {}; what else speaks for one of them may decide",
                percent(c.judgement.tie_share), listed(names));
}

}  // namespace

std::vector<std::string> case_reasons(const cases::Case& c, const Decision& decision) {
  std::vector<std::string> reasons;
  if (!decision.baseline.feasible())
    reasons.push_back(format("the baseline {}", infeasible_reason(c, decision.baseline)));
  if (!decision.best) return reasons;
  const OptionDecision& best = decision.options[*decision.best];
  if (decision.baseline.feasible() || best.verdict != Verdict::no_go)
    reasons.insert(reasons.end(), best.reasons.begin(), best.reasons.end());
  if (const std::string edge = baseline_edge_reason(c, decision); !edge.empty()) reasons.push_back(edge);
  if (!decision.ties.empty()) reasons.push_back(tie_reason(c, decision));
  return reasons;
}

}  // namespace bitworth::decision
