#include <algorithm>

#include "bitworth/formats/case_sections.hpp"

namespace bitworth::formats {
namespace {

constexpr Kind months{.words = "months above 0 and at most 120",
                      .example = "12 or \"1 year\"",
                      .dimension = Seconds::dimension,
                      .unit = one_month.value(),
                      .low = 0,
                      .high = 120,
                      .above_low = true};
constexpr Kind months_or_none{.words = "months from 0 to 120",
                              .example = "1 or \"1 month\"",
                              .dimension = Seconds::dimension,
                              .unit = one_month.value(),
                              .low = 0,
                              .high = 120};
constexpr Kind yearly_change{
    .words = "a yearly change from -0.99 to 10", .example = "-0.1 or \"-10 %\"", .low = -0.99, .high = 10};
constexpr Kind yearly_rate{.words = "a share from 0 to 1", .example = "0.1 or \"10 %\"", .low = 0, .high = 1};

cases::HiddenCost read_hidden_cost(Reader cost, std::string key) {
  if (cost && cost.keys().empty())
    cost.fail("", ErrorKind::usage, format("hidden_costs.{} is empty", key),
              "write hours, dollars, hours_per_month or dollars_per_month");
  const auto part = [&](std::string_view name, const Kind& kind) {
    return cost.estimate(name, kind, 1).value_or(certain(0, Provenance::stated, "the case"));
  };
  cases::HiddenCost result;
  result.key = std::move(key);
  result.hours = part("hours", kinds::hours);
  result.dollars = part("dollars", kinds::dollars);
  result.hours_per_month = part("hours_per_month", kinds::hours);
  result.dollars_per_month = part("dollars_per_month", kinds::dollars_per_month);
  cost.finish();
  return result;
}

// What a case pays that says nothing of it; nothing where another key of the case holds it.
cases::HiddenCost usual(const cases::ArticleHiddenCost& cost) {
  return {cost.key, cost.hours, cost.dollars, cost.hours_per_month, cost.dollars_per_month};
}

}  // namespace

void read_money(Reader& root, const Catalog& catalog, cases::Case& c) {
  Reader money = root.table("money");
  const Defaults& defaults = catalog.defaults;
  const auto estimate = [&](const std::string& key, const Kind& kind) {
    const std::string full = "money." + key;
    return money.estimate(key, kind, defaults.spread(full)).value_or(defaults.estimate(full));
  };
  c.money.engineering_hours = estimate("engineering_hours", kinds::hours);
  c.money.engineer_price_per_hour = estimate("engineer_price_per_hour", kinds::dollars_per_hour);
  c.money.horizon_months =
      money.number("horizon_months", months).value_or(defaults.number("money.horizon_months"));
  c.money.discount_rate =
      money.number("discount_rate", yearly_rate).value_or(defaults.number("money.discount_rate"));
  c.money.delay_months =
      money.number("delay_months", months_or_none).value_or(defaults.number("money.delay_months"));
  c.money.price_change_per_year = estimate("price_change_per_year", yearly_change);
  c.money.evaluation_dollars = estimate("evaluation_dollars", kinds::dollars);
  c.money.monitoring_hours_per_month = estimate("monitoring_hours_per_month", kinds::hours);
  c.money.refresh_hours = estimate("refresh_hours", kinds::hours);
  c.money.hours_correlation = defaults.number("decide.hours_correlation");
  c.money.other_monthly_costs = money.number("other_monthly_costs", kinds::dollars_per_month);
  Reader hidden = money.table("hidden_costs");
  for (const cases::ArticleHiddenCost& cost : catalog.article.hidden_costs) {
    if (hidden.has(cost.key)) {
      c.money.hidden_costs.push_back(read_hidden_cost(hidden.table(cost.key, "{ hours = 16 }"), cost.key));
    } else if (cost.counted_as.empty()) {
      c.money.hidden_costs.push_back(usual(cost));
    }
  }
  hidden.finish();
  money.finish();

  c.judgement.fleet_ceiling = defaults.number("decide.fleet_ceiling");
  c.judgement.edge_share = defaults.number("decide.edge_share");
  c.judgement.tie_share = defaults.number("decide.tie_share");

  Reader team = root.table("team");
  c.team.engineering_capacity = team.boolean("engineering_capacity");
  team.finish();

  c.thresholds.low_volume_requests_per_day = defaults.number("advise.low_volume_requests_per_day");
  c.thresholds.high_volume_requests_per_day = defaults.number("advise.high_volume_requests_per_day");
  c.thresholds.small_compute_share = defaults.number("checklist.small_compute_share");
  c.thresholds.frequent_updates_per_year = defaults.number("checklist.frequent_updates_per_year");
}

}  // namespace bitworth::formats
