#include "bitworth/decision/worth.hpp"

#include <algorithm>

namespace bitworth::decision {
namespace {

economics::CashFlow cash_flow(const cases::Case& c, const Inputs& inputs, const OptionInputs& own,
                              double saved_per_month) {
  economics::CashFlow flow;
  flow.once = project_cost(inputs, own);
  flow.per_month = saved_per_month - inputs.hidden_per_month;
  if (c.quality.dollars_per_error) {
    const double requests_per_month = inputs.requests_per_second * one_month.value();
    flow.per_month -= requests_per_month * own.quality_loss * *c.quality.dollars_per_error;
  }
  flow.delay_months = c.money.delay_months;
  flow.horizon_months = c.money.horizon_months;
  flow.discount_rate = c.money.discount_rate;
  return flow;
}

// What comes on top once the commitment has ended.
economics::CashFlow afterwards(const economics::CashFlow& during, const economics::FleetSaving& saving) {
  economics::CashFlow flow = during;
  flow.once = 0;
  flow.per_month = saving.after - saving.during;
  flow.delay_months = std::max(during.delay_months, saving.months);
  return flow;
}

std::optional<double> payback(const economics::CashFlow& during, const economics::CashFlow& more) {
  const auto within = economics::payback_months(during);
  if (within && *within <= more.delay_months) return within;
  economics::CashFlow then = during;
  then.once -= during.per_month * (more.delay_months - during.delay_months);
  then.per_month += more.per_month;
  then.delay_months = more.delay_months;
  return economics::payback_months(then);
}

double mean_over_horizon(const cases::Case& c, const economics::FleetSaving& saving) {
  const double horizon = c.money.horizon_months, during = std::min(saving.months, horizon);
  return (saving.during * during + saving.after * (horizon - during)) / horizon;
}

}  // namespace

double project_cost(const Inputs& inputs, const OptionInputs& own) {
  return (inputs.engineering_hours + own.quantization_hours) * inputs.engineer_price_per_hour +
         inputs.hidden_once;
}

std::optional<Worth> worth(const cases::Case& c, const Basis& basis, const Inputs& inputs, std::size_t option,
                           const std::optional<FleetPlan>& baseline,
                           const std::optional<FleetPlan>& candidate) {
  if (!baseline || !candidate) return std::nullopt;
  const economics::GpuTerms terms = gpu_terms(c, basis, inputs);
  Worth result;
  result.gpus_saved = baseline->gpus() - candidate->gpus();
  result.speedup = candidate->requests_per_second_per_gpu() / baseline->requests_per_second_per_gpu();
  result.saving = economics::saving(economics::price_fleet(baseline->use, terms),
                                    economics::price_fleet(candidate->use, terms), terms);
  result.dollars_saved_per_month = mean_over_horizon(c, result.saving);
  result.cash_flow = cash_flow(c, inputs, inputs.options[option], result.saving.during);
  const economics::CashFlow more = afterwards(result.cash_flow, result.saving);
  result.net_worth = economics::net_present_value(result.cash_flow) + economics::net_present_value(more);
  result.payback_months = payback(result.cash_flow, more);
  return result;
}

std::optional<Worth> worth(const cases::Case& c, const Basis& basis, const Inputs& inputs,
                           std::size_t option) {
  return worth(c, basis, inputs, option, plan_fleet(c, basis, inputs, baseline_index),
               plan_fleet(c, basis, inputs, option));
}

}  // namespace bitworth::decision
