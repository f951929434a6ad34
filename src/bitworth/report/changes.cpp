#include "bitworth/report/changes.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;

// Nobody calls it a change: below it, two figures differ by their rounding, two worths by their draws, two
// chances by either.
constexpr double of_a_figure = 0.005;
constexpr double of_the_interval_of_a_worth = 0.01;
constexpr double of_a_chance = 0.005;

// A value of the answer; null where a part of the path is missing or no object.
const Json& at(const Json& json, const std::string& pointer) {
  static const Json nothing;
  const Json::json_pointer path(pointer);
  return json.contains(path) ? json[path] : nothing;
}

std::string shown(const Json& value) {
  if (value.is_number()) return significant(value.get<double>());
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return value.is_string() ? value.get<std::string>() : "none";
}

bool same(const Json& a, const Json& b) {
  if (!a.is_number() || !b.is_number()) return a == b;
  const double x = a.get<double>(), y = b.get<double>();
  return std::abs(x - y) <= of_a_figure * std::max(std::abs(x), std::abs(y)) || shown(a) == shown(b);
}

using Changes = std::vector<std::string>;

void tell(const std::string& what, const std::string& before, const std::string& now, Changes& changes) {
  if (before != now) changes.push_back(format("{}: {} before, {} now", what, before, now));
}

void compare(const std::string& what, const Json& before, const Json& now, Changes& changes) {
  if (!same(before, now)) tell(what, shown(before), shown(now), changes);
}

std::string dollars(const Json& value) {
  return value.is_number() ? bitworth::to_text(Dollars(value.get<double>())) : "none";
}

// "14 GPUs for $39,374 a month".
std::string fleet(const Json& option) {
  const Json &gpus = at(option, "/operation/fleet/gpus"), &cost = at(option, "/operation/usd_per_month");
  if (!cost.is_number()) return "cannot serve";
  return (gpus.is_number() ? shown(gpus) + " GPUs for " : "") + dollars(cost) + " a month";
}

// The mean hangs on the draws, by a small part of its interval.
void compare_worth(const std::string& name, const Json& before, const Json& now, Changes& changes) {
  const Json &old_mean = at(before, "/worth_spread_usd/mean"), &mean = at(now, "/worth_spread_usd/mean");
  const Json &low = at(now, "/net_worth_usd/p10"), &high = at(now, "/net_worth_usd/p90");
  const double interval = low.is_number() && high.is_number() ? high.get<double>() - low.get<double>() : 0;
  if (old_mean.is_number() && mean.is_number() &&
      std::abs(mean.get<double>() - old_mean.get<double>()) <= of_the_interval_of_a_worth * interval)
    return;
  if (!same(old_mean, mean)) tell(name + ": mean net worth", dollars(old_mean), dollars(mean), changes);
}

void compare_chance(const std::string& name, const Json& before, const Json& now, Changes& changes) {
  if (!before.is_number() || !now.is_number()) return;
  const double x = before.get<double>(), y = now.get<double>();
  if (std::abs(x - y) >= of_a_chance)
    tell(name + ": chance to miss the bar", percent(x), percent(y), changes);
}

void compare_option(const std::string& name, const Json& before, const Json& now, Changes& changes) {
  const auto figure = [&](const std::string& what, const std::string& pointer) {
    compare(name + ": " + what, at(before, pointer), at(now, pointer), changes);
  };
  figure("verdict", "/verdict");
  compare_worth(name, before, now, changes);
  if (!same(at(before, "/operation/usd_per_month"), at(now, "/operation/usd_per_month")))
    tell(name, fleet(before), fleet(now), changes);
  figure("speed-up per GPU", "/speedup/value");
  figure("quality bar", "/quality_bar");
  compare_chance(name, at(before, "/probability_bar_missed"), at(now, "/probability_bar_missed"), changes);
  figure("scheme", "/scheme");
  figure("runs as", "/runs_as");
  figure("KV cache", "/kv_cache");
  figure("device", "/device");
}

using NamedOption = std::pair<std::string, const Json*>;

// The one that is recommended first, then as in the case.
std::vector<NamedOption> options_of(const Json& answer) {
  std::vector<NamedOption> result;
  for (const Json& option : at(answer, "/options")) {
    const NamedOption named = {at(option, "/name").get<std::string>(), &option};
    result.insert(at(answer, "/best_option") == named.first ? result.begin() : result.end(), named);
  }
  return result;
}

void compare_options(const Json& before, const Json& now, Changes& changes) {
  const std::vector<NamedOption> old_options = options_of(before), new_options = options_of(now);
  const auto find = [](const std::vector<NamedOption>& options, const std::string& name) {
    return std::ranges::find(options, name, &NamedOption::first);
  };
  for (const auto& [name, option] : new_options) {
    const auto old = find(old_options, name);
    if (old == old_options.end()) {
      changes.push_back(name + ": a new option");
    } else {
      compare_option(name, *old->second, *option, changes);
    }
  }
  for (const auto& [name, option] : old_options) {
    if (find(new_options, name) == new_options.end()) changes.push_back(name + ": no option any more");
  }
}

// "80 hours (53.3 to 120, stated)".
std::string shown_input(const Json& input) {
  const Json &unit = at(input, "/unit"), &low = at(input, "/p10"), &high = at(input, "/p90");
  const std::string interval = same(low, high) ? "" : format("{} to {}, ", shown(low), shown(high));
  return format("{}{} ({}{})", shown(at(input, "/value")),
                unit.is_string() && unit != "" ? " " + unit.get<std::string>() : "", interval,
                shown(at(input, "/provenance")));
}

// An input of several options that changed for all of them alike is told once. Options that come or go are
// told elsewhere, and with them their inputs.
void compare_inputs(const Json& before, const Json& now, Changes& changes) {
  std::map<std::pair<Json, Json>, const Json*> old_inputs;
  for (const Json& input : at(before, "/inputs"))
    old_inputs.emplace(std::pair(at(input, "/name"), at(input, "/option")), &input);
  struct Change {
    std::string name, before, now;
    std::vector<std::string> options;  // empty: of the whole case
  };
  std::vector<Change> found;
  for (const Json& input : at(now, "/inputs")) {
    const auto old = old_inputs.find({at(input, "/name"), at(input, "/option")});
    if (old == old_inputs.end()) continue;
    const auto differs = [&](const char* part) { return !same(at(*old->second, part), at(input, part)); };
    if (!differs("/value") && !differs("/p10") && !differs("/p90") && !differs("/provenance")) continue;
    const Change change{
        at(input, "/name").get<std::string>(), shown_input(*old->second), shown_input(input), {}};
    auto alike = std::ranges::find_if(found, [&](const Change& each) {
      return each.name == change.name && each.before == change.before && each.now == change.now;
    });
    const bool new_one = alike == found.end();
    if (new_one) alike = found.insert(found.end(), change);
    const Json& option = at(input, "/option");
    if (option.is_string() && (new_one || !alike->options.empty()))
      alike->options.push_back(option.get<std::string>());
  }
  for (const Change& each : found)
    tell("input, " + each.name + (each.options.empty() ? "" : " of " + listed(each.options)), each.before,
         each.now, changes);
}

// What the case says that is not among the inputs.
void compare_case(const Json& before, const Json& now, Changes& changes) {
  constexpr std::pair<const char*, const char*> facts[] = {
      {"/architecture/id", "model"},
      {"/device/id", "device"},
      {"/tenure/kind", "GPUs are"},
      {"/autoscaling", "autoscaling"},
      {"/engine", "engine"},
      {"/peak_to_mean", "peak over mean load"},
      {"/prompt_tokens/p50", "tokens of a prompt, median"},
      {"/prompt_tokens/p95", "tokens of a prompt, p95"},
      {"/output_tokens/p50", "tokens of an answer, median"},
      {"/output_tokens/p95", "tokens of an answer, p95"},
      {"/slo/ttft_p99_seconds", "TTFT p99 of the SLO, s"},
      {"/slo/tpot_p99_seconds", "TPOT p99 of the SLO, s"},
      {"/quality_margin", "quality margin"},
      {"/horizon_months", "horizon, months"}};
  for (const auto& [pointer, what] : facts)
    compare(format("case, {}", what), at(before, pointer), at(now, pointer), changes);
}

}  // namespace

std::vector<std::string> changes(const Json& before, const Json& now) {
  Changes result;
  compare("verdict", at(before, "/verdict"), at(now, "/verdict"), result);
  compare("option that it is about", at(before, "/best_option"), at(now, "/best_option"), result);
  compare_options(before, now, result);
  const Json &old_baseline = at(before, "/baseline"), &baseline = at(now, "/baseline");
  compare("baseline", at(old_baseline, "/name"), at(baseline, "/name"), result);
  if (!same(at(old_baseline, "/operation/usd_per_month"), at(baseline, "/operation/usd_per_month")))
    tell(shown(at(baseline, "/name")) + ", the baseline", fleet(old_baseline), fleet(baseline), result);
  compare_inputs(before, now, result);
  compare_case(at(before, "/case"), at(now, "/case"), result);
  return result;
}

std::string changes_text(const std::vector<std::string>& changes) {
  if (changes.empty()) return "Nothing has changed since the earlier answer.\n\n";
  std::string text = "Since the earlier answer\n";
  for (const std::string& change : changes) text += "  - " + wrapped(change, page_width - 4, "    ");
  return text + "\n";
}

}  // namespace bitworth::report
