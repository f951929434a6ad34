#include <algorithm>
#include <memory>
#include <utility>

#include "app/cli/command.hpp"
#include "app/cli/flags.hpp"
#include "app/cli/optional_json.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/economics/corrected.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

using cases::Scenario;
using nlohmann::ordered_json;

// Where the article gives no fraction, these stand for little, half and much.
constexpr double sample_fractions[] = {0.2, 0.5, 0.8};

// Both formulas at a fraction, and whether each lies in the range that the article calls typical.
struct Computed {
  double fraction, article, better;
  bool article_in_range, better_in_range;
};

bool lies_within(double value, const Scenario& scenario) {
  constexpr double rounding = 1e-9;
  return value >= scenario.low - rounding && value <= scenario.high + rounding;
}

Computed compute(const Scenario& scenario, double fraction, double speedup) {
  const double article = economics::quantization_roi({1, 0, fraction, speedup, 0}).speedup;
  const double better = economics::amdahl_speedup(fraction, speedup);
  return {fraction, article, better, lies_within(article, scenario), lies_within(better, scenario)};
}

std::vector<Computed> compute_all(const Scenario& scenario, double speedup) {
  if (scenario.memory_bound_fraction) return {compute(scenario, *scenario.memory_bound_fraction, speedup)};
  std::vector<Computed> all;
  for (const double fraction : sample_fractions) all.push_back(compute(scenario, fraction, speedup));
  return all;
}

std::string times(double factor) {
  return significant(factor, 4) + "x";
}
std::string times(double factor, bool in_range) {
  return times(factor) + (in_range ? " yes" : "  no");
}

// What a claimed range would need, where the fraction is open.
std::string open_fraction_note(const Scenario& scenario, double speedup) {
  const std::string open = scenario.key + ": the article leaves the fraction open, so three stand for it. ";
  const std::optional<double> most = economics::fraction_for(scenario.high, speedup);
  if (most && speedup > 1)
    return open + format("The better formula gives {} up to a fraction of {}.", scenario.typical_speedup,
                         significant(*most));
  return open +
         format("At {} no fraction gives more than {}.", times(speedup), times(std::max(speedup, 1.0)));
}

ordered_json to_json(const Scenario& scenario, double speedup) {
  ordered_json json = {{"description", scenario.description}};
  json["memory_bound_fraction"] = scenario.memory_bound_fraction
                                      ? ordered_json(*scenario.memory_bound_fraction)
                                      : ordered_json(scenario.fraction);
  json["expected_benefit"] = scenario.expected_benefit;
  json["typical_speedup"] = scenario.typical_speedup;
  json["computed"] = ordered_json::array();
  for (const Computed& c : compute_all(scenario, speedup)) {
    json["computed"].push_back(
        {{"memory_bound_fraction", c.fraction},
         {"speedup", c.article},
         {"in_typical_range", c.article_in_range},
         {"corrected", {{"speedup", c.better}, {"in_typical_range", c.better_in_range}}}});
  }
  if (!scenario.memory_bound_fraction) json["reason"] = open_fraction_note(scenario, speedup);
  return json;
}

ordered_json to_json(const std::vector<Scenario>& scenarios, double speedup) {
  ordered_json json = {
      {"schema", "bitworth.scenarios"}, {"schema_version", 1}, {"quantization_speedup", speedup}};
  for (const Scenario& scenario : scenarios)
    json[scenario.high_roi ? "high_roi_scenarios" : "low_roi_scenarios"][scenario.key] =
        to_json(scenario, speedup);
  return json;
}

std::string to_text(const std::vector<Scenario>& scenarios, double speedup) {
  std::vector<std::vector<std::string>> rows = {
      {"", "fraction", "expected benefit", "typical", "article in range", "better in range"}};
  std::string descriptions, notes;
  for (const Scenario& scenario : scenarios) {
    std::string name = scenario.key;
    for (const Computed& c : compute_all(scenario, speedup)) {
      const bool first = !name.empty();
      rows.push_back({std::exchange(name, ""),
                      scenario.memory_bound_fraction ? scenario.fraction : significant(c.fraction),
                      first ? scenario.expected_benefit : "", first ? scenario.typical_speedup : "",
                      times(c.article, c.article_in_range), times(c.better, c.better_in_range)});
    }
    descriptions +=
        report::wrapped(format("{:<26}", scenario.key) + scenario.description, 100, std::string(26, ' '));
    if (!scenario.memory_bound_fraction)
      notes += report::wrapped(open_fraction_note(scenario, speedup), 100, "");
  }
  return format("At a speed-up of {} for the memory-bound part.\n\n", times(speedup)) + report::table(rows) +
         "\n" + descriptions + "\n" +
         report::wrapped(
             "In range: whether the formula gives what the article calls typical. Article: 1 + (s - 1) f; "
             "better: Amdahl's 1 / ((1 - f) + f / s), for a share f of today's time.",
             100, "") +
         "\n" + notes;
}

Answer answer(const NumberFlags& flags) {
  const NumberFlags::Reading reading = flags.read();
  const double speedup = reading.values[0];
  refuse("scenarios", reading.problems, check(economics::RoiInput{1, 0, 0, speedup, 0}));
  const std::vector<Scenario>& scenarios = formats::built_in_catalog().article.scenarios;
  return {to_text(scenarios, speedup), to_json(scenarios, speedup)};
}

}  // namespace

void add_scenarios(CLI::App& app) {
  const auto flags = std::make_shared<NumberFlags>();
  CLI::App* command = add_command(
      app, "scenarios", "The article's kinds of workload: what it claims and what the formulas give",
      [flags] { return answer(*flags); });
  flags->add_to(*command,
                {{"--speedup", "Speed-up of the memory-bound part", flag_units::factor, 1.5, false}});
  command->footer(
      "Examples:\n"
      "  bitworth scenarios\n"
      "  bitworth scenarios --speedup 2 --json\n");
}

}  // namespace bitworth::cli
