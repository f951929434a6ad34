#include "bitworth/report/changes.hpp"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "bitworth/base/text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;

// A value of the answer; null where a part of the path is missing or no object.
const Json& at(const Json& json, const std::string& pointer) {
  static const Json nothing;
  const Json::json_pointer path(pointer);
  return json.contains(path) ? json[path] : nothing;
}

std::string shown(const Json& value) {
  if (value.is_number()) return significant(value.get<double>(), 4);
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return value.is_string() ? value.get<std::string>() : "none";
}

bool same(const Json& a, const Json& b) {
  if (!a.is_number() || !b.is_number()) return a == b;
  const double x = a.get<double>(), y = b.get<double>();
  return std::abs(x - y) <= 1e-9 * std::max(std::abs(x), std::abs(y));
}

void compare(const std::string& what, const Json& before, const Json& now,
             std::vector<std::string>& changes) {
  if (!same(before, now)) changes.push_back(format("{}: {} before, {} now", what, shown(before), shown(now)));
}

std::map<std::string, const Json*> options_by_name(const Json& answer) {
  std::map<std::string, const Json*> result;
  const Json& options = at(answer, "/options");
  if (!options.is_array()) return result;
  for (const Json& option : options) {
    const Json& name = at(option, "/name");
    if (name.is_string()) result.emplace(name.get<std::string>(), &option);
  }
  return result;
}

void compare_options(const Json& before, const Json& now, std::vector<std::string>& changes) {
  const auto old_options = options_by_name(before), new_options = options_by_name(now);
  for (const auto& [name, option] : new_options) {
    const auto old = old_options.find(name);
    if (old == old_options.end()) {
      changes.push_back(name + ": a new option");
      continue;
    }
    const auto figure = [&](const std::string& what, const std::string& pointer) {
      compare(name + ": " + what, at(*old->second, pointer), at(*option, pointer), changes);
    };
    figure("verdict", "/verdict");
    figure("mean net worth, dollars", "/worth_spread_usd/mean");
    figure("speed-up per GPU", "/speedup/value");
    figure("GPUs", "/operation/fleet/gpus");
    figure("quality bar", "/quality_bar");
    figure("chance to miss the bar", "/probability_bar_missed");
    figure("provenance of the quality loss", "/quality_loss/provenance");
  }
  for (const auto& [name, option] : old_options) {
    if (!new_options.contains(name)) changes.push_back(name + ": no option any more");
  }
}

// Numbers and texts of the case, leaf by leaf; lists are left out, and uncertain numbers where the inputs
// tell them.
void compare_case(const Json& before, const Json& now, const std::string& name, bool inputs_are_told,
                  std::vector<std::string>& changes) {
  for (const auto& [key, value] : now.items()) {
    const Json& old = at(before, "/" + key);
    if (value.contains("p10") && inputs_are_told) continue;
    if (value.is_object() && old.is_object()) {
      compare_case(old, value, name + key + ".", inputs_are_told, changes);
    } else if (!value.is_array() && !old.is_array()) {
      compare("case, " + name + key, old, value, changes);
    }
  }
}

std::map<std::string, const Json*> inputs_by_name(const Json& answer) {
  std::map<std::string, const Json*> result;
  const Json& inputs = at(answer, "/inputs");
  if (!inputs.is_array()) return result;
  for (const Json& input : inputs) {
    const Json &name = at(input, "/name"), &option = at(input, "/option");
    if (!name.is_string()) continue;
    result.emplace(name.get<std::string>() + (option.is_string() ? " of " + option.get<std::string>() : ""),
                   &input);
  }
  return result;
}

// "80 (53.3 to 120), stated".
std::string shown_input(const Json& input) {
  const std::string interval =
      same(at(input, "/p10"), at(input, "/p90"))
          ? ""
          : format(" ({} to {})", shown(at(input, "/p10")), shown(at(input, "/p90")));
  return format("{}{}, {}", shown(at(input, "/value")), interval, shown(at(input, "/provenance")));
}

// Options that come or go are told elsewhere, and with them their inputs.
void compare_inputs(const Json& before, const Json& now, std::vector<std::string>& changes) {
  const auto old_inputs = inputs_by_name(before);
  for (const auto& [name, input] : inputs_by_name(now)) {
    const auto old = old_inputs.find(name);
    if (old == old_inputs.end()) continue;
    const auto differs = [&](const char* part) { return !same(at(*old->second, part), at(*input, part)); };
    if (differs("/value") || differs("/p10") || differs("/p90") || differs("/provenance"))
      changes.push_back(
          format("input, {}: {} before, {} now", name, shown_input(*old->second), shown_input(*input)));
  }
}

}  // namespace

std::vector<std::string> changes(const Json& before, const Json& now) {
  std::vector<std::string> result;
  compare("verdict", at(before, "/verdict"), at(now, "/verdict"), result);
  compare("option that it is about", at(before, "/best_option"), at(now, "/best_option"), result);
  compare_options(before, now, result);
  if (at(before, "/case").is_object())
    compare_case(at(before, "/case"), at(now, "/case"), "", at(before, "/inputs").is_array(), result);
  compare_inputs(before, now, result);
  return result;
}

std::string changes_text(const std::vector<std::string>& changes) {
  if (changes.empty()) return "Nothing has changed since the earlier answer.\n\n";
  std::string text = "Since the earlier answer\n";
  for (const std::string& change : changes) text += "  - " + wrapped(change, page_width - 4, "    ");
  return text + "\n";
}

}  // namespace bitworth::report
