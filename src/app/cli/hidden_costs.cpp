#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/flags.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/economics/article.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

using cases::ArticleHiddenCost;
using nlohmann::ordered_json;

// The catalog's figure for a cost, in whichever of its four forms it comes.
struct Prior {
  Estimate estimate;
  bool in_hours = false;
  bool monthly = false;
};

Prior prior_of(const ArticleHiddenCost& cost) {
  if (cost.hours.p90 > 0) return {cost.hours, true, false};
  if (cost.hours_per_month.p90 > 0) return {cost.hours_per_month, true, true};
  if (cost.dollars_per_month.p90 > 0) return {cost.dollars_per_month, false, true};
  return {cost.dollars, false, false};
}

double dollars_per_unit(const Prior& prior, double price) {
  return prior.in_hours ? price : 1;
}

struct Totals {
  double once = 0;
  double per_month = 0;
};

Totals total(const std::vector<ArticleHiddenCost>& costs, double price) {
  Totals totals;
  for (const ArticleHiddenCost& cost : costs) {
    const Prior prior = prior_of(cost);
    (prior.monthly ? totals.per_month : totals.once) += prior.estimate.value * dollars_per_unit(prior, price);
  }
  return totals;
}

ordered_json interval(const Estimate& estimate, double factor) {
  return {{"p10", estimate.p10 * factor}, {"p50", estimate.value * factor}, {"p90", estimate.p90 * factor}};
}

ordered_json to_json(const std::vector<ArticleHiddenCost>& costs, double price) {
  ordered_json json = {{"schema", "bitworth.hidden-costs"}, {"schema_version", 1}};
  for (const ArticleHiddenCost& cost : costs) {
    const Prior prior = prior_of(cost);
    ordered_json corrected = {{"period", prior.monthly ? "month" : "once"}};
    if (prior.in_hours) corrected["hours"] = interval(prior.estimate, 1);
    corrected["dollars"] = interval(prior.estimate, dollars_per_unit(prior, price));
    corrected["provenance"] = to_text(Provenance::prior);
    corrected["reason"] = prior.estimate.source;
    json["hidden_costs"][cost.key] = {
        {"cost", cost.figure}, {"for", cost.description}, {"corrected", corrected}};
  }
  const Totals totals = total(costs, price);
  json["corrected"] = {
      {"engineer_price_per_hour", price},
      {"dollars_once", totals.once},
      {"dollars_per_month", totals.per_month},
      {"reason", "sums of the medians; priors by judgement, to be replaced by your own figures"}};
  return json;
}

std::string to_text(const std::vector<ArticleHiddenCost>& costs, double price) {
  const auto dollars = [](double amount) { return to_text(Dollars(amount)); };
  std::vector<std::vector<std::string>> rows = {{"", "article", "hours", "dollars", "likely range", ""}};
  std::string descriptions;
  for (const ArticleHiddenCost& cost : costs) {
    const Prior prior = prior_of(cost);
    const Estimate& e = prior.estimate;
    const double factor = dollars_per_unit(prior, price);
    rows.push_back({cost.key, cost.figure, prior.in_hours ? significant(e.value) : "-",
                    dollars(e.value * factor),
                    format("{} to {}", dollars(e.p10 * factor), dollars(e.p90 * factor)),
                    prior.monthly ? "a month" : "once"});
    descriptions += report::wrapped(format("{:<25}{} {}", cost.key, cost.description, e.source), 100,
                                    std::string(25, ' '));
  }
  const Totals totals = total(costs, price);
  return report::table(rows) +
         format("\nTogether, typically {} once and {} a month, at {} for an hour of an engineer.\n\n",
                dollars(totals.once), dollars(totals.per_month), dollars(price)) +
         descriptions + "\n" +
         report::wrapped(
             "Dollars are priors by judgement (80 % of cases lie in the range). \"bitworth decide\" counts "
             "them where a case says nothing, the engineering time as money.engineering_hours; put your own "
             "figures into a case's [money.hidden_costs].",
             100, "");
}

Answer answer(const NumberFlags& flags) {
  const NumberFlags::Reading reading = flags.read();
  const double price = reading.values[0];
  Problems problems;
  economics::check_range(problems, "--engineer-price-per-hour", price, 0, 1e12, "dollars, from 0 to 1e12");
  refuse("hidden-costs", reading.problems, problems);
  const std::vector<ArticleHiddenCost>& costs = formats::built_in_catalog().article.hidden_costs;
  return {to_text(costs, price), to_json(costs, price)};
}

}  // namespace

void add_hidden_costs(CLI::App& app) {
  const auto flags = std::make_shared<NumberFlags>();
  CLI::App* command =
      add_command(app, "hidden-costs", "What quantizing costs besides GPUs: the article's list, in dollars",
                  [flags] { return answer(*flags); });
  const double price = formats::built_in_catalog().defaults.number("money.engineer_price_per_hour");
  flags->add_to(*command, {{"--engineer-price-per-hour", "What an hour of an engineer costs",
                            flag_units::dollars_per_hour, price, false}});
  command->footer(
      "Examples:\n"
      "  bitworth hidden-costs\n"
      "  bitworth hidden-costs --engineer-price-per-hour 95 --json\n");
}

}  // namespace bitworth::cli
