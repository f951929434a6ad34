#include "bitworth/decision/reasons.hpp"

#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/quality_bar.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

std::string gpus(double count) {
  return format("{} GPU{}", significant(count), count == 1 ? "" : "s");
}

// Why an option cannot serve the traffic at all.
std::string infeasible_reason(const cases::Case& c, const Deployment& d) {
  const std::string& device = c.hardware.device.name;
  if (!d.memory.fits()) {
    return format("does not fit: {} of weights a GPU on {} x {}, {} too much", to_text(d.memory.weights),
                  d.gpus_per_replica, device, to_text(-d.memory.kv_cache));
  }
  switch (d.capacity.missed) {
    case roofline::Limit::kv_memory:
      return format("no room for the KV cache of one request beside the weights on {} x {}",
                    d.gpus_per_replica, device);
    case roofline::Limit::tpot:
      return format("misses the TPOT of {} even alone: a step takes {}", to_text(*c.workload.slo.tpot_p99),
                    to_text(d.capacity.state.step.total()));
    case roofline::Limit::ttft:
      return format("misses the TTFT of {} even alone: the longest prompts take {}",
                    to_text(*c.workload.slo.ttft_p99), to_text(d.capacity.state.ttft));
    default:
      return format("no instance holds a replica of {} GPUs", d.gpus_per_replica);
  }
}

std::string fleet_reason(const Operation& baseline, const Operation& option, const OptionDecision& decision) {
  const int before = baseline.deployment.fleet->gpus(), after = option.deployment.fleet->gpus();
  const std::string rate = format("{} requests/s per GPU instead of {} ({}x)",
                                  significant(option.deployment.requests_per_second_per_gpu()),
                                  significant(baseline.deployment.requests_per_second_per_gpu()),
                                  significant(decision.speedup->value));
  if (after == before)
    return format("{}, but the fleet stays at {}: a faster GPU saves nothing", rate, gpus(after));
  return format("{}: {} instead of {}", rate, gpus(after), gpus(before));
}

std::string money_reason(const OptionDecision& decision) {
  const Estimate& worth = *decision.net_worth;
  return format("worth {} over the horizon (80 %: {} to {}), pays in {} of the draws",
                to_text(Dollars(worth.value)), to_text(Dollars(worth.p10)), to_text(Dollars(worth.p90)),
                percent(*decision.probability_pays));
}

}  // namespace

std::vector<std::string> option_reasons(const cases::Case& c, const Operation& baseline,
                                        const cases::Option& option, const OptionDecision& decision) {
  std::vector<std::string> reasons;
  const Deployment& own = decision.operation.deployment;
  if (!own.feasible()) {
    reasons.push_back(infeasible_reason(c, own));
  } else if (!baseline.deployment.feasible()) {
    reasons.push_back(
        "the baseline cannot be served here, so there is no saving to compute; this option can");
  } else {
    reasons.push_back(fleet_reason(baseline, decision.operation, decision));
    if (decision.net_worth) {
      reasons.push_back(money_reason(decision));
    } else {
      reasons.push_back(format("no price for {}: time and ratios only; give hardware.price_per_gpu_hour",
                               c.hardware.device.name));
    }
  }
  reasons.push_back(quality_reason(c, option, decision.bar));
  if (decision.net_worth && c.money.hidden_costs.empty())
    reasons.push_back(
        "no hidden costs are counted: \"bitworth hidden-costs\" prices them for [money.hidden_costs]");
  return reasons;
}

std::vector<std::string> case_reasons(const cases::Case& c, const Decision& decision) {
  if (!decision.baseline.deployment.feasible())
    return {format("the baseline {}", infeasible_reason(c, decision.baseline.deployment))};
  if (!decision.best) return {};
  return decision.options[*decision.best].reasons;
}

}  // namespace bitworth::decision
