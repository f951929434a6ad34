#include "bitworth/report/explained_decision.hpp"

#include <set>

#include "bitworth/base/text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

using decision::CostLine;
using decision::MoneyView;

std::string dollars(double value) {
  return bitworth::to_text(Dollars(value));
}

std::string inputs_of(const decision::Decision& decision) {
  std::vector<std::vector<std::string>> rows = {{"Inputs", "p10", "p50", "p90", "unit", "rests on"}};
  std::set<std::string> told;
  for (const decision::NamedInput& input : decision.inputs) {
    const Estimate& e = input.estimate;
    if (!told.insert(format("{}{}{}", input.name, e.value, e.p90)).second) continue;
    rows.push_back({"  " + input.name, significant(e.p10), significant(e.value), significant(e.p90),
                    input.unit.empty() ? "factor" : input.unit,
                    std::string(bitworth::to_text(e.provenance))});
  }
  return table(rows) + "\n";
}

void add_costs(const std::string& title, const std::vector<CostLine>& lines,
               std::vector<std::vector<std::string>>& rows) {
  rows.push_back({title});
  double sum = 0;
  for (const CostLine& line : lines) {
    sum += line.dollars;
    if (line.dollars != 0) rows.push_back({"  " + line.name, line.how, dollars(line.dollars)});
  }
  rows.push_back({"  sum", "", dollars(sum)});
}

std::string months_of(const MoneyView& money) {
  std::vector<std::vector<std::string>> rows = {
      {"  month", "saved", "running", "errors", "refresh", "net", "still served", "present value"}};
  double sum = 0;
  for (const economics::Month& m : money.months) {
    sum += m.present;
    rows.push_back({format("  {}", m.number), dollars(m.saving), dollars(m.running), dollars(m.errors),
                    dollars(m.refresh), dollars(m.net), percent(m.survival), dollars(m.present)});
  }
  rows.push_back({"  sum", "", "", "", "", "", "", dollars(sum)});
  return table(rows);
}

std::string terms_of(const economics::Terms& terms) {
  return wrapped(
      format("  present value = net x chance that the model is still served (falls by {} a month) / {} a "
             "month; GPUs change by {} and the load by {} a month; nothing is saved in the first {} "
             "months{}",
             percent(terms.replacement_hazard), significant(1 + terms.discount_rate, 5),
             percent(terms.price_change), percent(terms.load_growth), significant(terms.delay_months),
             terms.committed_months > 0
                 ? format(", committed GPUs are paid for until month {}", significant(terms.committed_months))
                 : ""),
      page_width, "  ");
}

std::string option_of(const cases::Option& option, const decision::OptionDecision& d) {
  if (!d.money) return format("{}: no dollars to explain\n\n", option.name);
  std::vector<std::vector<std::string>> rows;
  add_costs(option.name + ", spent once", d.money->costs.once, rows);
  add_costs("each month", d.money->costs.running, rows);
  if (d.money->terms.refresh_every_months > 0)
    add_costs(format("every {} months, for a new version of the model",
                     significant(d.money->terms.refresh_every_months)),
              d.money->costs.refresh, rows);
  return table(rows) + "  fleet: " +
         wrapped(format("{} a month less at today's load and prices, once the roll-out is over",
                        dollars(d.dollars_saved_per_month->value)),
                 page_width, "  ") +
         months_of(*d.money) + terms_of(d.money->terms) + "\n";
}

std::string rule_of_the_verdict(const cases::Case& c, const decision::Decision& decision) {
  return wrapped(
             format(
                 "The rule: an option may be chosen if no known pitfall blocks it and the chance to miss the "
                 "quality bar is at most {}. MEASURE where a measurement gains more, on average over {} "
                 "draws, than its hours, its GPUs and the wait cost; else GO where an option that may be "
                 "chosen is worth more than nothing on average; else NO-GO.",
                 percent(c.quality.tolerated_risk), significant(static_cast<double>(decision.draws), 6)),
             page_width, "") +
         "\n";
}

std::string evidence_of(const decision::Decision& decision) {
  std::string text;
  std::set<std::string> told;
  for (const decision::OptionDecision& option : decision.options) {
    for (const decision::FiredRule& fired : option.rules) {
      if (told.insert(fired.rule->id).second)
        text += "  " + wrapped(format("{}: {} ({})", fired.rule->id, fired.rule->evidence, fired.rule->date),
                               page_width - 2, "    ");
    }
  }
  return text.empty() ? "" : "Evidence for the known pitfalls\n" + text + "\n";
}

}  // namespace

std::string explained(const cases::Case& c, const decision::Decision& decision) {
  std::string text = inputs_of(decision);
  for (std::size_t i = 0; i < c.options.size(); ++i) text += option_of(c.options[i], decision.options[i]);
  return text + evidence_of(decision) +
         "What a step takes, term by term: bitworth estimate --explain with the same case.\n\n" +
         rule_of_the_verdict(c, decision);
}

}  // namespace bitworth::report
