#include "bitworth/report/worth_text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

using decision::Decision;
using decision::MeasurementWorth;
using decision::OptionDecision;
using decision::Verdict;

constexpr std::size_t widest_swings = 6;
constexpr std::size_t most_measurements = 4;

std::string dollars(double value) {
  return bitworth::to_text(Dollars(value));
}

// Cents matter below a thousand dollars only in prices; a worth is told in whole dollars.
std::string worth(double value) {
  return bitworth::to_text(Dollars(std::round(value)));
}

std::string with_unit(double value, const std::string& unit) {
  if (unit == "$/h") return dollars(value) + "/h";
  if (unit == "$") return dollars(value);
  if (unit == "of the answers") return significant(value * 100, 2) + " pp";
  if (unit == "a month") return percent(value) + " a month";
  return unit.empty() ? significant(value) + "x" : significant(value) + " " + unit;
}

double worth_of_knowing(const decision::Information& information, std::size_t unknown) {
  const auto found = std::ranges::find(information.inputs, unknown, &decision::InputWorth::unknown);
  return found == information.inputs.end() ? 0 : found->worth;
}

std::string measurement_line(const MeasurementWorth& m) {
  const std::string waiting = m.delay > 0 ? format(" and {} of waiting", worth(m.delay)) : "";
  return format("{}: gains {} on average for {}{}, {} net", m.name, worth(m.gain), worth(m.cost), waiting,
                worth(m.net()));
}

const OptionDecision* best_of(const Decision& decision) {
  return decision.best ? &decision.options[*decision.best] : nullptr;
}

std::string fired_line(const decision::FiredRule& fired, const std::string& options) {
  return format("{} {}, for {}: {} ({}). To lift it: {}", decision::to_text(fired.rule->severity),
                fired.rule->id, options, fired.rule->happens, spaced(fired.numbers), fired.rule->lift);
}

Conclusion go(const cases::Case& c, const Decision& decision) {
  const OptionDecision& best = *best_of(decision);
  return {
      format("serve {} instead of {}", c.options[*decision.best].name, c.baseline.name),
      format("Over {} months that is worth {} on average and pays in {} of the draws; no measurement "
             "before starting gains more than it costs",
             significant(c.money.horizon_months), worth(best.spread->mean), percent(*best.probability_pays))};
}

// What serves the traffic at all where the baseline does not, the cheapest first, with its price.
std::string what_serves(const cases::Case& c, const Decision& decision) {
  std::vector<std::pair<double, std::string>> able;
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    const decision::Operation& operation = decision.options[i].operation;
    if (!operation.feasible() && !operation.served_by_others) continue;
    const std::string& name = c.options[i].name;
    if (const auto& cost = decision.options[i].cost_of_serving) {
      able.emplace_back(cost->value, format("{} for {} a month, {} over {} months with all work", name,
                                            worth(operation.cost->after), worth(cost->value),
                                            significant(c.money.horizon_months)));
    } else {
      const int gpus = operation.plan ? operation.plan->gpus() : 0;
      able.emplace_back(gpus, gpus > 0 ? format("{} on {} GPUs", name, gpus) : name);
    }
  }
  std::ranges::stable_sort(able);
  std::vector<std::string> told;
  for (const auto& [cost, text] : able) told.push_back(text);
  return told.empty() ? "" : joined(told, "; ");
}

// There is no saving to tell: options are compared with each other.
Conclusion without_baseline(const cases::Case& c, const Decision& decision) {
  const std::string able = what_serves(c, decision), &name = c.options[*decision.best].name;
  if (able.empty())
    return {"nothing here serves this traffic inside the SLO",
            "Take more or larger GPUs, allow more of them per replica, or relax the SLO"};
  const std::string cannot =
      format("{} cannot serve this traffic here, so there is no saving to compute", c.baseline.name);
  const std::string others = "What can, the cheapest first: " + able;
  switch (decision.verdict) {
    case Verdict::go:
      return {format("serve {}, the cheapest that can and may be chosen", name), cannot + ". " + others};
    case Verdict::measure:
      return {format("{} is the cheapest that might be chosen, but not before what stands against it is "
                     "measured",
                     name),
              cannot + ". " + others};
    case Verdict::no_go:
      break;
  }
  return {"nothing that serves this traffic may be chosen", cannot + ". " + others};
}

Conclusion no_go(const cases::Case& c, const Decision& decision) {
  const OptionDecision& best = *best_of(decision);
  std::string because = "No option that may be chosen is worth more than doing nothing";
  if (best.spread)
    because += format("; the best, {}, would be worth {} on average", c.options[*decision.best].name,
                      worth(best.spread->mean));
  return {"stay with " + c.baseline.name,
          because + ", and no measurement that would change this gains more than it costs"};
}

Conclusion measure(const cases::Case& c, const Decision& decision) {
  const OptionDecision& best = *best_of(decision);
  const std::string& name = c.options[*decision.best].name;
  const MeasurementWorth* first = best.information ? best.information->best_measurement() : nullptr;
  if (first == nullptr && !c.hardware.priced())
    return {
        format("no price is known for {}, so what {} is worth cannot be told", c.hardware.device.name, name),
        "Give hardware.price_per_gpu_hour"};
  if (first == nullptr) return {name + ": there is no price to judge by, or nothing to compare with", ""};
  const bool pays = best.spread->mean > 0;
  return {format("{} {} worth {} on average, {} should not be chosen yet", name, pays ? "may be" : "is",
                 worth(best.spread->mean), pays ? "but" : "as far as is known, and"),
          format("First make {}: it tells more of {}, and choosing after it gains {} on average for {}",
                 first->name, listed(first->inputs), worth(first->gain), worth(first->cost + first->delay))};
}

// What could be measured to choose better between options that pay, where the answer is GO already.
std::string next_step(const Decision& decision) {
  const MeasurementWorth* next = decision.information ? decision.information->best_measurement() : nullptr;
  if (next == nullptr || decision.verdict != Verdict::go) return "";
  return wrapped(format("Between the options, {} gains {} on average for {}: {}.", next->name,
                        worth(next->gain), worth(next->cost + next->delay), listed(next->commands)),
                 page_width, "");
}

}  // namespace

std::string spaced(std::string names) {
  std::ranges::replace(names, '_', ' ');
  return names;
}

std::string tornado_text(const Decision& decision) {
  const OptionDecision* best = best_of(decision);
  if (best == nullptr || !best->information) return "";
  std::vector<std::vector<std::string>> rows = {
      {"What it hangs on", "p10 to p90", "net worth there", "rank corr.", "worth of knowing"}};
  for (const decision::Swing& swing : decision.tornado) {
    if (rows.size() > widest_swings || swing.size() == 0) break;
    rows.push_back({"  " + spaced(swing.name),
                    format("{} to {}", with_unit(swing.low, swing.unit), with_unit(swing.high, swing.unit)),
                    format("{} to {}", worth(swing.worth_at_low), worth(swing.worth_at_high)),
                    format("{:.2f}", swing.rank_correlation),
                    worth(worth_of_knowing(*best->information, swing.unknown))});
  }
  if (rows.size() == 1) return "";
  rows.push_back({"  everything together", "", "", "", worth(best->information->perfect)});
  return table(rows) + "\n";
}

std::string break_evens_text(const Decision& decision) {
  const OptionDecision* best = best_of(decision);
  if (best == nullptr) return "";
  std::vector<std::string> lines;
  if (best->saving_turn) lines.push_back("fleet: it " + best->saving_turn->text);
  for (const decision::BreakEven& found : best->break_evens) lines.push_back(found.text);
  return bulleted("What would change it", lines);
}

std::string measurements_text(const Decision& decision) {
  if (!decision.information) return "";
  std::vector<std::string> lines;
  for (const MeasurementWorth& m : decision.information->measurements) {
    if (lines.size() < most_measurements && std::round(m.gain) > 0) lines.push_back(measurement_line(m));
  }
  return bulleted("What could be measured first", lines);
}

std::string rules_text(const cases::Case& c, const Decision& decision) {
  std::vector<std::string> lines, told;
  for (const cases::Severity severity :
       {cases::Severity::block, cases::Severity::warn, cases::Severity::info}) {
    for (const OptionDecision& option : decision.options) {
      for (const decision::FiredRule& fired : option.rules) {
        if (fired.rule->severity != severity || std::ranges::find(told, fired.rule->id) != told.end())
          continue;
        told.push_back(fired.rule->id);
        std::vector<std::string> options;
        for (std::size_t i = 0; i < c.options.size(); ++i) {
          if (std::ranges::find(decision.options[i].rules, fired.rule, &decision::FiredRule::rule) !=
              decision.options[i].rules.end())
            options.push_back(c.options[i].name);
        }
        lines.push_back(fired_line(fired, listed(options)));
      }
    }
  }
  return bulleted("Known pitfalls that apply", lines);
}

std::string kill_criteria_text(const Decision& decision) {
  std::vector<std::string> lines;
  for (const decision::KillCriterion& criterion : decision.kill_criteria) lines.push_back(criterion.text);
  return bulleted("Roll back if", lines);
}

std::string agreement_text(const Decision& decision) {
  const bool yes = !decision.article.advice.starts_with("No");
  switch (decision.verdict) {
    case Verdict::go:
      return yes ? "the matrix agrees"
                 : "the matrix says otherwise: it does not count whole GPUs and dollars";
    case Verdict::no_go:
      return yes ? "the matrix says otherwise: it asks neither for the bar nor for GPUs that are given back"
                 : "the matrix agrees";
    case Verdict::measure:
      return yes ? "the matrix says yes without asking what is uncertain"
                 : "the matrix says no without asking what a measurement would be worth";
  }
  return "";
}

Conclusion conclusion(const cases::Case& c, const Decision& decision) {
  const OptionDecision* best = best_of(decision);
  if (best == nullptr) return {};
  if (!decision.baseline.feasible()) return without_baseline(c, decision);
  switch (decision.verdict) {
    case Verdict::go:
      return best->spread ? go(c, decision) : Conclusion();
    case Verdict::no_go:
      return no_go(c, decision);
    case Verdict::measure:
      return measure(c, decision);
  }
  return {};
}

std::string verdict_text(const cases::Case& c, const Decision& decision) {
  const OptionDecision* best = best_of(decision);
  if (best == nullptr) return bitworth::decision::to_text(decision.verdict) + "\n";
  const auto [advice, because] = conclusion(c, decision);
  std::string text =
      wrapped(format("{}: {}{}{}.", to_text(decision.verdict), advice, because.empty() ? "" : ". ", because),
              page_width, "") +
      next_step(decision);
  for (const std::string& condition : decision.conditions)
    text += wrapped("On condition: " + condition + ".", page_width, "  ");
  const MeasurementWorth* first = best->information ? best->information->best_measurement() : nullptr;
  if (decision.verdict == Verdict::measure && first != nullptr) {
    for (const std::string& command : first->commands)
      text += "  " + wrapped(command + ".", page_width - 2, "  ");
  }
  return text;
}

}  // namespace bitworth::report
