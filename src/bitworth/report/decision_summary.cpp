#include "bitworth/report/decision_summary.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/report/header_text.hpp"
#include "bitworth/report/point_of_today.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/report/text_chart.hpp"
#include "bitworth/report/worth_text.hpp"
#include "bitworth/roofline/crossover.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

using decision::Decision;
using decision::Operation;
using decision::OptionDecision;

constexpr std::size_t chart_rows = 6;
constexpr std::size_t bar_width = 12;
constexpr std::size_t swings_shown = 5;
constexpr std::size_t break_evens_shown = 3;
constexpr std::size_t gap = 3;

std::string times(double value) {
  return significant(value) + "x";
}

// "$198k", "$2.4k": a few characters, for figures that are beside their interval.
std::string short_dollars(double value) {
  const double size = std::abs(value);
  const std::string sign = value < 0 ? "-$" : "$";
  const auto scaled = [&](double unit, const char* letter) {
    return sign + (size < 9.95 * unit ? significant(size / unit, 2) : format("{:.0f}", size / unit)) + letter;
  };
  if (size < 999.5) return sign + format("{:.0f}", size);
  return size < 999'500 ? scaled(1e3, "k") : scaled(1e6, "M");
}

std::string range(const std::string& low, const std::string& high) {
  return format("({}..{})", low, high);
}

std::string gpus(const Operation& operation) {
  if (operation.served_by_others) return "hosted";
  return operation.plan ? std::to_string(operation.plan->gpus()) : "cannot";
}

std::string monthly(const Operation& operation) {
  return operation.cost ? bitworth::to_text(Dollars(operation.cost->after)) : "-";
}

std::string speedup(const OptionDecision& d) {
  if (!d.speedup) return "-";
  return format("{} {}", times(d.speedup->value),
                range(significant(d.speedup->p10, 2), significant(d.speedup->p90, 2)));
}

std::string net_worth(const OptionDecision& d) {
  if (!d.spread) return "-";
  return format("{} {}", short_dollars(d.spread->mean),
                range(short_dollars(d.net_worth->p10), short_dollars(d.net_worth->p90)));
}

Ink ink_of(decision::Verdict verdict) {
  return verdict == decision::Verdict::go      ? Ink::green
         : verdict == decision::Verdict::no_go ? Ink::red
                                               : Ink::yellow;
}

std::string options_table(const cases::Case& c, const Decision& decision, const Screen& screen) {
  std::vector<std::vector<std::string>> rows = {
      {"medians (80 %)", "GPUs", "$/month", "speed-up per GPU", "misses bar", "net worth, mean", "pays",
       "verdict"},
      {c.baseline.name, gpus(decision.baseline), monthly(decision.baseline)}};
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    const OptionDecision& d = decision.options[i];
    rows.push_back({c.options[i].name, gpus(d.operation), monthly(d.operation), speedup(d),
                    percent(d.probability_bar_missed), net_worth(d),
                    d.probability_pays ? percent(*d.probability_pays) : "-",
                    inked(to_text(d.verdict), ink_of(d.verdict), screen)});
  }
  for (std::string& cell : rows[0]) cell = inked(cell, Ink::dim, screen);
  return table(rows) + "\n";
}

// What a step waits for, today and with the best option: where a saving can come from at all. What others
// serve has no steps that we know.
std::string waits(const cases::Case& c, const Decision& decision) {
  const auto largest_of = [](const Operation& o) {
    const roofline::Bottleneck largest = roofline::bottleneck(o.decode);
    return std::pair(percent(largest.share), largest.resource);
  };
  const auto [share, resource] = largest_of(decision.baseline);
  std::string text =
      format("a decode step of {} waits {} of its time for {}", c.baseline.name, share, resource);
  if (!decision.best) return text;
  const auto [own_share, own_resource] = largest_of(decision.options[*decision.best].operation);
  return text + format(", this one's {} for {}", own_share, own_resource);
}

std::string why(const cases::Case& c, const Decision& decision) {
  std::vector<std::string> lines = decision.reasons;
  const bool hosted = decision.best && decision.options[*decision.best].operation.served_by_others;
  if (decision.baseline.feasible() && !hosted)
    lines.insert(lines.begin() + (lines.empty() ? 0 : 1), waits(c, decision));
  return bulleted("Why, for " + (decision.best ? c.options[*decision.best].name : c.baseline.name), lines);
}

// The speed-up of a decode step at the batches 1, 2, 4 to 512, on the baseline's GPUs.
std::vector<std::string> speedup_chart(const cases::Case& c, const Decision& decision) {
  std::vector<std::string> batches;
  std::vector<Series> series;
  const roofline::LoadPoint point = point_of_today(c, decision);
  for (const cases::Option& option : c.options) {
    if (!runs_here(option)) continue;
    Series each{option.name, {}};
    batches.clear();
    for (const auto& [batch, misfit, speedup] :
         speedups_by_batch(c, option, point, roofline::Phase::decode)) {
      batches.push_back(std::to_string(batch));
      each.values.push_back(speedup ? std::optional(speedup->value) : std::nullopt);
    }
    if (std::ranges::any_of(each.values, [](const auto& value) { return value.has_value(); }))
      series.push_back(std::move(each));
  }
  if (series.empty()) return {};
  std::vector<std::string> lines = text_chart(batches, series, 1, chart_rows);
  lines.insert(lines.begin(), format("One decode step against {}, by batch", c.baseline.name));
  lines.push_back("  " + legend(series));
  return lines;
}

// The unknowns that move the net worth most, each from its p10 to its p90.
std::vector<std::string> swings(const Decision& decision, const Screen& screen) {
  const std::size_t count = std::min(swings_shown, decision.tornado.size());
  if (count == 0) return {};
  const std::span shown(decision.tornado.data(), count);
  const double middle = decision.options[*decision.best].net_worth->value;
  double low = middle, high = middle;
  for (const decision::Swing& swing : shown) {
    low = std::min({low, swing.worth_at_low, swing.worth_at_high});
    high = std::max({high, swing.worth_at_low, swing.worth_at_high});
  }
  std::vector<std::vector<std::string>> rows;
  for (const decision::Swing& swing : shown) {
    if (swing.size() == 0) break;
    const double from = std::min(swing.worth_at_low, swing.worth_at_high);
    const double to = std::max(swing.worth_at_low, swing.worth_at_high);
    rows.push_back({spaced(swing.name)});
    if (screen.unicode) rows.back().push_back(range_bar(from, middle, to, low, high, bar_width));
    rows.back().push_back(short_dollars(from) + ".." + short_dollars(to));
  }
  if (rows.empty()) return {};
  std::vector<std::string> lines = {"Net worth hangs on (others at medians)"};
  const std::string text = table(rows, "  ");
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

std::string pictures(const cases::Case& c, const Decision& decision, const Screen& screen) {
  const std::vector<std::string> left =
      screen.unicode ? speedup_chart(c, decision) : std::vector<std::string>();
  const std::vector<std::string> right = swings(decision, screen);
  const auto width = [](const std::vector<std::string>& lines) {
    std::size_t widest = 0;
    for (const std::string& line : lines) widest = std::max(widest, shown_width(line));
    return widest;
  };
  std::string text;
  if (!left.empty() && width(left) + gap + width(right) <= screen.columns) {
    text = side_by_side(left, right, gap);
  } else {
    text =
        side_by_side(left, {}, 0) + (left.empty() || right.empty() ? "" : "\n") + side_by_side(right, {}, 0);
  }
  return text.empty() ? "" : text + "\n";
}

// The break-evens that are nearest to today's figures.
std::string what_would_change_it(const Decision& decision) {
  if (!decision.best) return "";
  const OptionDecision& best = decision.options[*decision.best];
  const bool stays_anyway = decision.verdict == decision::Verdict::no_go &&
                            (best.bar == decision::Bar::met || best.bar == decision::Bar::likely);
  std::vector<const decision::BreakEven*> found;
  for (const decision::BreakEven& each : best.break_evens) {
    // Where the bar is not what stands in the way, a margin that misses it changes nothing.
    const bool idle = each.about == decision::BreakEven::About::quality_bar && stays_anyway;
    if (!idle && each.at && *each.at > 0 && each.now > 0) found.push_back(&each);
  }
  const auto distance = [](const decision::BreakEven* each) {
    return std::abs(std::log(*each->at / each->now));
  };
  std::ranges::stable_sort(found, {}, distance);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < std::min(break_evens_shown, found.size()); ++i) lines.push_back(found[i]->text);
  return bulleted("What would change it, the nearest first", lines);
}

// The names of the rules that fire, and for which options.
std::string pitfalls(const cases::Case& c, const Decision& decision) {
  std::vector<std::string> told, lines;
  for (const OptionDecision& option : decision.options) {
    for (const decision::FiredRule& fired : option.rules) {
      if (fired.rule->severity == cases::Severity::info ||
          std::ranges::find(told, fired.rule->id) != told.end())
        continue;
      told.push_back(fired.rule->id);
      std::vector<std::string> options;
      for (std::size_t i = 0; i < c.options.size(); ++i) {
        if (std::ranges::find(decision.options[i].rules, fired.rule, &decision::FiredRule::rule) !=
            decision.options[i].rules.end())
          options.push_back(c.options[i].name);
      }
      lines.push_back(format("{} {} ({})", decision::to_text(fired.rule->severity), fired.rule->id,
                             joined(options, ", ")));
    }
  }
  return lines.empty() ? "" : wrapped("Known pitfalls: " + joined(lines, "; "), page_width, "  ");
}

// With the word in its colour.
std::string verdict(const cases::Case& c, const Decision& decision, const Screen& screen) {
  const std::string text = verdict_text(c, decision), word = to_text(decision.verdict);
  return text.starts_with(word) ? inked(word, ink_of(decision.verdict), screen) + text.substr(word.size())
                                : text;
}

}  // namespace

std::string summary_text(const cases::Case& c, const Decision& decision, const Screen& screen) {
  const std::string more =
      "More: --all has every figure, --explain how it comes about, --html FILE the page.";
  return header_text(c) + options_table(c, decision, screen) + why(c, decision) +
         pictures(c, decision, screen) + what_would_change_it(decision) + bulleted("Note", c.warnings) +
         pitfalls(c, decision) + inked(more, Ink::dim, screen) + "\n\n" + verdict(c, decision, screen);
}

}  // namespace bitworth::report
