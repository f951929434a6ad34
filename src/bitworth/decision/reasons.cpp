#include "bitworth/decision/reasons.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/quality_bar.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

std::string gpus(double count) {
  return format("{} GPU{}", significant(count), count == 1 ? "" : "s");
}

// The percentile that the simulator finds missed though nobody waits for anybody.
std::string miss_reason(const cases::Case& c, const Miss& miss) {
  const std::string where = format("{} x {}", miss.gpus, c.hardware.device.name);
  if (!miss.took)
    return format("more than {} of the requests are larger than the whole KV cache of {}",
                  percent(1 - miss.requirement.percentile), where);
  return format("misses the {} of {} even at {} requests/s on {}: its p{} is {}",
                to_text(miss.requirement.measure), to_text(miss.requirement.limit),
                significant(miss.requests_per_second), where, significant(miss.requirement.percentile * 100),
                to_text(*miss.took));
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
  return format("{}: {} instead of {}", rate, gpus(after), gpus(before));
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
  } else if (!decision.operation.feasible()) {
    reasons.push_back(infeasible_reason(c, decision.operation));
  } else if (!baseline.feasible()) {
    reasons.push_back(
        "the baseline cannot be served here, so there is no saving to compute; this option can");
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

std::vector<std::string> case_reasons(const cases::Case& c, const Decision& decision) {
  if (!decision.baseline.feasible())
    return {format("the baseline {}", infeasible_reason(c, decision.baseline))};
  if (!decision.best) return {};
  return decision.options[*decision.best].reasons;
}

}  // namespace bitworth::decision
