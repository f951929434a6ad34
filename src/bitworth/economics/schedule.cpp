#include "bitworth/economics/schedule.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/economics/cash_flow.hpp"

namespace bitworth::economics {
namespace {

// What a month scales its dollars with.
struct Shares {
  double number = 1;
  int sizing = 0;
  double active = 0;     // of the month: after the roll-out
  double committed = 0;  // of it: after the roll-out, before the commitment ends
  double refreshes = 0;
  double price = 1;
  double load = 1;
  double survival = 1;
  double discount = 1;
};

double share_after(double start, double month, double end) {
  return std::clamp(end - std::max(month, start), 0.0, 1.0);
}

// Calls with each month's shares, in order.
template <class Use>
void for_each_month(const Terms& terms, const Use& use) {
  const double rate = monthly_rate(terms.discount_rate);
  const double every = terms.refresh_every_months;
  Shares s;
  for (int month = 0; month < terms.horizon_months; ++month) {
    const double end = std::min(month + 1.0, terms.horizon_months);
    s.number = month + 1;
    s.sizing = std::min(month / months_between_sizings, most_sizings - 1);
    s.active = share_after(terms.delay_months, month, end);
    s.committed = s.active - share_after(std::max(terms.delay_months, terms.committed_months), month, end);
    s.refreshes =
        every > 0 && end > terms.delay_months
            ? std::floor(end / every) - std::floor(std::max<double>(month, terms.delay_months) / every)
            : 0;
    s.survival *= 1 - terms.replacement_hazard;
    s.discount /= 1 + rate;
    use(s);
    s.price *= 1 + terms.price_change;
    s.load *= 1 + terms.load_growth;
  }
}

Saving saved_at(const Project& project, int sizing) {
  if (project.saved_per_month.empty()) return {};
  const auto last = project.saved_per_month.size() - 1;
  return project.saved_per_month[std::min(static_cast<std::size_t>(sizing), last)];
}

// Where in the month `owed` is back, the month bringing `net` at its end in money of its start.
double share_of_month(double owed, double net, double rate) {
  return rate > 0 ? -std::log1p(-owed * rate / net) / std::log1p(rate) : owed / net;
}

std::optional<double> months_until_even(const std::vector<Month>& months, double rate) {
  double owed = months.empty() ? 0 : -months.front().net;  // in money of the month's start
  if (owed <= 0) return 0;
  for (std::size_t i = 1; i < months.size(); ++i) {
    const double net = months[i].net;
    if (net >= owed * (1 + rate)) return months[i].number - 1 + share_of_month(owed, net, rate);
    owed = owed * (1 + rate) - net;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Month> schedule(const Project& project, const Terms& terms) {
  std::vector<Month> months = {Month{.net = -project.once, .present = -project.once}};
  for_each_month(terms, [&](const Shares& s) {
    Month month;
    month.number = s.number;
    const Saving saved = saved_at(project, s.sizing);
    month.saving = s.price * (saved.committed * s.committed + saved.free * (s.active - s.committed));
    month.running = project.running_per_month * s.active;
    month.errors = project.errors_per_month * s.load * s.active;
    month.refresh = project.refresh * s.refreshes;
    month.net = month.saving - month.running - month.errors - month.refresh;
    month.survival = s.survival;
    month.present = month.net * s.survival * s.discount;
    months.push_back(month);
  });
  return months;
}

std::optional<double> payback_months(const std::vector<Month>& months) {
  return months_until_even(months, 0);
}

std::optional<double> discounted_payback_months(const std::vector<Month>& months, double discount_rate) {
  return months_until_even(months, monthly_rate(discount_rate));
}

double net_of_months(const std::vector<Month>& months, int count) {
  double sum = 0;
  for (const Month& month : months) {
    if (month.number <= count) sum += month.net;
  }
  return sum;
}

PresentValues present_values(const Terms& terms) {
  PresentValues values;
  for_each_month(terms, [&](const Shares& s) {
    const double worth = s.survival * s.discount;
    const auto sizing = static_cast<std::size_t>(s.sizing);
    values.committed[sizing] += s.committed * s.price * worth;
    values.free[sizing] += (s.active - s.committed) * s.price * worth;
    values.running += s.active * worth;
    values.errors += s.load * s.active * worth;
    values.refresh += s.refreshes * worth;
    values.sizings = s.sizing + 1;
  });
  return values;
}

double net_present_value(const Project& project, const PresentValues& values) {
  double worth = -project.once - project.running_per_month * values.running -
                 project.errors_per_month * values.errors - project.refresh * values.refresh;
  for (int sizing = 0; sizing < values.sizings; ++sizing) {
    const Saving saved = saved_at(project, sizing);
    const auto at = static_cast<std::size_t>(sizing);
    worth += saved.committed * values.committed[at] + saved.free * values.free[at];
  }
  return worth;
}

std::vector<double> load_by_sizing(const Terms& terms) {
  std::vector<double> loads, months;
  for_each_month(terms, [&](const Shares& s) {
    const auto sizing = static_cast<std::size_t>(s.sizing);
    if (sizing == loads.size()) {
      loads.push_back(0);
      months.push_back(0);
    }
    loads[sizing] += s.load;
    months[sizing] += 1;
  });
  for (std::size_t i = 0; i < loads.size(); ++i) loads[i] /= months[i];
  return loads;
}

}  // namespace bitworth::economics
