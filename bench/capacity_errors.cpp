// How far off capacities are, for each shipped case: those that are carried over for a rough answer against
// simulated ones, and simulated ones against much longer samples. The figures of docs/page.md and
// docs/fleet.md.
#include <fmt/core.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <sstream>
#include <string>

#include "app/serve/question.hpp"
#include "bitworth/decision/carried_over.hpp"
#include "bitworth/decision/fleet_plan.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/decision/widening.hpp"

namespace bitworth {
namespace {

constexpr const char* cases_shipped[] = {"support-chat", "internal-tool", "reasoning-assistant",
                                         "alternatives"};
constexpr double factors_nearby[] = {0.875, 0.9, 0.95, 1.05, 1.1, 1.148};
constexpr double factors_far[] = {0.1, 0.2, 0.33, 0.45, 2.2, 3, 5, 8};
constexpr double factors_farther[] = {0.505, 0.6, 0.7, 0.8, 0.86, 1.17, 1.3, 1.5, 1.75, 1.99};

std::string text_of(const std::string& name) {
  std::ifstream in(BITWORTH_SOURCE_DIR "/examples/" + name + ".toml");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Absent: the case cannot be changed so.
std::optional<cases::Case> changed(const std::string& text, const nlohmann::json& changes) {
  const nlohmann::json body = {{"changes", changes.is_null() ? nlohmann::json::object() : changes}};
  const auto question = serve::read_question(body.dump(), text, formats::built_in_catalog(), 10'000);
  if (!question) return std::nullopt;
  return decision::widen(question->asked).c;
}

// Requests/s per GPU of the fleet at the medians; 0: none serves.
double rate(const cases::Case& c, const decision::CapacityTables& tables, std::size_t option) {
  const auto plan = plan_fleet(c, decision::prepare(c, tables), decision::median_inputs(c), option);
  return plan ? plan->requests_per_second_per_gpu() : 0;
}

template <class Visitor>
void for_each_served(const cases::Case& c, Visitor visit) {
  visit(decision::baseline_index);
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    if (!c.options[i].api) visit(i);
  }
}

struct Tally {
  int all = 0, within_5 = 0, within_10 = 0;

  void add(double error) {
    ++all;
    if (std::abs(error) <= 0.05) ++within_5;
    if (std::abs(error) <= 0.1) ++within_10;
  }
  void print(const char* where) const {
    fmt::print("carried over {}: {} capacities, {} within 5 % of simulated ones, {} within 10 %\n", where,
               all, within_5, within_10);
  }
};

/// A shipped case with its capacities, to be carried over to others.
struct Known {
  std::string text;
  cases::Case c;
  decision::CapacityTables tables;

  explicit Known(const std::string& name)
      : text(text_of(name)), c(*changed(text, {})), tables(decision::tabulate_everywhere(c, {})) {}
};

// Of the options whose capacities change, unless the change is refused.
void carry(const Known& from, const nlohmann::json& changes, Tally& tally) {
  const std::optional<cases::Case> to = changed(from.text, changes);
  if (!to) return;
  const auto carried = decision::carried_over({from.c, from.tables}, *to).value();
  const decision::CapacityTables simulated = decision::tabulate_everywhere(*to, {});
  for_each_served(*to, [&](std::size_t option) {
    const double before = rate(from.c, from.tables, option), found = rate(*to, simulated, option),
                 about = rate(*to, carried, option);
    const bool is_as_before = before > 0 && about == before;
    if (!is_as_before && (found > 0 || about > 0)) tally.add(found > 0 ? about / found - 1 : 1);
  });
}

void carry(const std::string& name, std::span<const double> factors, Tally& tally) {
  const Known from(name);
  const std::pair<const char*, double> sliders[] = {
      {"workload.prompt_tokens", from.c.workload.prompt_tokens.p50},
      {"workload.output_tokens", from.c.workload.output_tokens.p50},
      {"engine.max_num_seqs", from.c.engine.max_num_seqs}};
  for (const auto& [key, now] : sliders) {
    for (const double factor : factors) carry(from, {{key, std::round(now * factor)}}, tally);
  }
}

// To each device of a data centre, and to each scheme of each option.
void replace(const std::string& name, Tally& tally) {
  const Known from(name);
  for (const hardware::Device& device : formats::built_in_catalog().devices.all()) {
    if (device.device_class == "datacenter-gpu") carry(from, {{"hardware.device", device.id}}, tally);
  }
  for (const llm::Scheme& scheme : formats::built_in_catalog().schemes.all()) {
    carry(from, {{"baseline.scheme", scheme.id}}, tally);
    for (std::size_t i = 0; i < from.c.options.size(); ++i) {
      if (!from.c.options[i].api) carry(from, {{fmt::format("option.{}.scheme", i), scheme.id}}, tally);
    }
  }
}

void lengthen(const std::string& name) {
  const cases::Case c = *changed(text_of(name), {});
  const decision::CapacityTables usual = decision::tabulate_everywhere(c, {}),
                                 lengthened =
                                     decision::tabulate_everywhere(c, {.requests = 11'000, .samples = 8});
  for_each_served(c, [&](std::size_t option) {
    const bool baseline = option == decision::baseline_index;
    const decision::CapacityTable& table = baseline ? usual.baseline : usual.options[option];
    fmt::print("{}, {}: {:+.1f} % against eight samples of 33,000, said to be right to {:.1f} %\n", name,
               baseline ? c.baseline.name : c.options[option].name,
               100 * (rate(c, usual, option) / rate(c, lengthened, option) - 1),
               100 * std::hypot(usual.common_error, table.own_error));
  });
}

}  // namespace
}  // namespace bitworth

int main() {
  for (const char* name : bitworth::cases_shipped) bitworth::lengthen(name);
  bitworth::Tally nearby, farther, far, replaced;
  for (const char* name : bitworth::cases_shipped) bitworth::carry(name, bitworth::factors_nearby, nearby);
  nearby.print("up to 1.15 times");
  for (const char* name : bitworth::cases_shipped) bitworth::carry(name, bitworth::factors_farther, farther);
  farther.print("up to 2 times");
  for (const char* name : bitworth::cases_shipped) bitworth::carry(name, bitworth::factors_far, far);
  far.print("up to ten times");
  for (const char* name : bitworth::cases_shipped) bitworth::replace(name, replaced);
  replaced.print("to another device or scheme");
}
