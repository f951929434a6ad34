#include "bitworth/economics/schedule.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::economics {
namespace {

double share_after(double start, double month, double end) {
  return std::clamp(end - std::max(month, start), 0.0, 1.0);
}

// What a month scales its dollars with, besides what the calendar says.
struct Scales {
  double price = 1;
  double load = 1;
  double survival = 1;
  double discount = 1;
};

// Calls with each month of the calendar and its scales, in order.
template <class Use>
void for_each_month(const Calendar& calendar, const Terms& terms, const Use& use) {
  Scales s;
  const double growth = 1 + terms.load_growth, drift = 1 + terms.price_change;
  const double alive = 1 - terms.replacement_hazard, discount = 1 / (1 + terms.discount_rate);
  for (const Calendar::Month& month : calendar.months) {
    s.survival *= alive;
    s.discount *= discount;
    use(month, s);
    s.price *= drift;
    s.load *= growth;
  }
}

Saving saved_at(const Project& project, std::size_t sizing) {
  if (project.saved_per_month.empty()) return {};
  const auto last = project.saved_per_month.size() - 1;
  return project.saved_per_month[std::min(sizing, last)];
}

Month month_of(const Project& project, const Calendar::Month& at, const Scales& s) {
  Month month;
  month.number = at.number;
  const Saving saved = saved_at(project, at.sizing);
  month.saving = s.price * (saved.committed * at.committed + saved.free * (at.active - at.committed));
  month.running = project.running_per_month * at.active;
  month.errors = project.errors_per_month * s.load * at.active;
  month.refresh = project.refresh * at.refreshes;
  month.net = month.saving - month.running - month.errors - month.refresh;
  month.survival = s.survival;
  month.present = month.net * s.survival * s.discount;
  return month;
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

Calendar::Calendar(const Terms& terms) {
  const double every = terms.refresh_every_months;
  for (int number = 0; number < terms.horizon_months; ++number) {
    const double begin = number, end = std::min(number + 1.0, terms.horizon_months);
    Month month;
    month.number = number + 1;
    month.sizing = static_cast<std::size_t>(std::min(number / months_between_sizings, most_sizings - 1));
    month.active = share_after(terms.delay_months, begin, end);
    month.committed =
        month.active - share_after(std::max(terms.delay_months, terms.committed_months), begin, end);
    if (every > 0 && end > terms.delay_months)
      month.refreshes = std::floor(end / every) - std::floor(std::max(begin, terms.delay_months) / every);
    months.push_back(month);
  }
}

std::vector<Month> schedule(const Project& project, const Terms& terms) {
  std::vector<Month> months = {Month{.net = -project.once, .present = -project.once}};
  for_each_month(Calendar(terms), terms, [&](const Calendar::Month& at, const Scales& s) {
    months.push_back(month_of(project, at, s));
  });
  return months;
}

void add_up(const Project& project, const Calendar& calendar, const Terms& terms,
            std::vector<double>& worth) {
  worth.assign(1, -project.once);
  for_each_month(calendar, terms, [&](const Calendar::Month& at, const Scales& s) {
    worth.push_back(worth.back() + month_of(project, at, s).present);
  });
}

std::optional<double> payback_months(const std::vector<Month>& months) {
  return months_until_even(months, 0);
}

std::optional<double> discounted_payback_months(const std::vector<Month>& months, double discount_rate) {
  return months_until_even(months, discount_rate);
}

double net_of_months(const std::vector<Month>& months, int count) {
  double sum = 0;
  for (const Month& month : months) {
    if (month.number <= count) sum += month.net;
  }
  return sum;
}

PresentValues present_values(const Calendar& calendar, const Terms& terms) {
  PresentValues values;
  double months = 0;  // of the sizing
  for_each_month(calendar, terms, [&](const Calendar::Month& at, const Scales& s) {
    const double worth = s.survival * s.discount;
    const double gpus = s.price * worth;
    if (static_cast<int>(at.sizing) + 1 > values.sizings) months = 0;
    values.sizings = static_cast<int>(at.sizing) + 1;
    months += 1;
    values.load[at.sizing] += (s.load - values.load[at.sizing]) / months;
    values.committed[at.sizing] += at.committed * gpus;
    values.free[at.sizing] += (at.active - at.committed) * gpus;
    values.running += at.active * worth;
    values.errors += s.load * at.active * worth;
    values.refresh += at.refreshes * worth;
  });
  return values;
}

PresentValues present_values(const Terms& terms) {
  return present_values(Calendar(terms), terms);
}

double net_present_value(const Project& project, const PresentValues& values) {
  double worth = -project.once - project.running_per_month * values.running -
                 project.errors_per_month * values.errors - project.refresh * values.refresh;
  for (int sizing = 0; sizing < values.sizings; ++sizing) {
    const auto at = static_cast<std::size_t>(sizing);
    const Saving saved = saved_at(project, at);
    worth += saved.committed * values.committed[at] + saved.free * values.free[at];
  }
  return worth;
}

}  // namespace bitworth::economics
