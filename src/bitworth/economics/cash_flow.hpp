#pragma once

#include <optional>

namespace bitworth::economics {

/// Money spent once, and money that comes back each month after a delay. Dollars.
struct CashFlow {
  double once = 0;       ///< spent at the start; positive is a cost
  double per_month = 0;  ///< comes in each month; negative goes out
  double delay_months = 0;
  double horizon_months = 12;
  double discount_rate = 0;  ///< per year
};

/// A yearly rate as the monthly one that compounds to it.
double monthly_rate(double yearly_rate);

/// Worth today: months are discounted at their end, and the delay earns nothing.
double net_present_value(const CashFlow&);

/// Months from the start until the undiscounted money is back, delay included; 0 where nothing was spent.
/// Empty: never.
std::optional<double> payback_months(const CashFlow&);

/// The same with every month discounted. Source: n = -ln(1 - I r / b) / ln(1 + r), after the delay.
std::optional<double> discounted_payback_months(const CashFlow&);

}  // namespace bitworth::economics
