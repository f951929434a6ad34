#include "bitworth/economics/cash_flow.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::economics {

double monthly_rate(double yearly_rate) {
  return std::expm1(std::log1p(yearly_rate) / 12);
}

double net_present_value(const CashFlow& flow) {
  const double growth = 1 + monthly_rate(flow.discount_rate);
  double worth = -flow.once;
  double factor = 1;
  for (double month = 0; month < flow.horizon_months; ++month) {
    factor /= growth;
    const double end = std::min(month + 1, flow.horizon_months);
    const double earning = std::clamp(end - std::max(month, flow.delay_months), 0.0, 1.0);
    worth += flow.per_month * earning * factor;
  }
  return worth;
}

std::optional<double> payback_months(const CashFlow& flow) {
  if (flow.once <= 0) return 0;
  if (flow.per_month <= 0) return std::nullopt;
  return flow.delay_months + flow.once / flow.per_month;
}

std::optional<double> discounted_payback_months(const CashFlow& flow) {
  if (flow.once <= 0) return 0;
  const double rate = monthly_rate(flow.discount_rate);
  if (rate == 0) return payback_months(flow);
  // What was spent grows by the rate until the savings begin.
  const double owed = flow.once * std::pow(1 + rate, flow.delay_months);
  if (flow.per_month <= owed * rate) return std::nullopt;
  return flow.delay_months - std::log(1 - owed * rate / flow.per_month) / std::log(1 + rate);
}

}  // namespace bitworth::economics
