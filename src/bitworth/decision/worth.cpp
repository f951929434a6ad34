#include "bitworth/decision/worth.hpp"

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

}  // namespace

double project_cost(const Inputs& inputs, const OptionInputs& own) {
  return (inputs.engineering_hours + own.quantization_hours) * inputs.engineer_price_per_hour +
         inputs.hidden_once;
}

double fleet_dollars_per_month(const Inputs& inputs, const economics::Fleet& fleet) {
  return fleet.gpus() * inputs.price_per_gpu_hour * (one_month / one_hour);
}

std::optional<Worth> worth(const cases::Case& c, const Inputs& inputs, std::size_t option,
                           const Deployment& baseline, const Deployment& candidate) {
  if (!baseline.feasible() || !candidate.feasible()) return std::nullopt;
  Worth result;
  result.gpus_saved = baseline.fleet->gpus() - candidate.fleet->gpus();
  result.speedup = candidate.requests_per_second_per_gpu() / baseline.requests_per_second_per_gpu();
  result.dollars_saved_per_month =
      fleet_dollars_per_month(inputs, *baseline.fleet) - fleet_dollars_per_month(inputs, *candidate.fleet);
  result.cash_flow = cash_flow(c, inputs, inputs.options[option], result.dollars_saved_per_month);
  result.net_worth = economics::net_present_value(result.cash_flow);
  return result;
}

std::optional<Worth> worth(const cases::Case& c, const Inputs& inputs, std::size_t option) {
  return worth(
      c, inputs, option,
      best_deployment(c, c.baseline, inputs.baseline.time_factor, inputs.requests_per_second),
      best_deployment(c, c.options[option], inputs.options[option].time_factor, inputs.requests_per_second));
}

}  // namespace bitworth::decision
