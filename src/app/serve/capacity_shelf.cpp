#include "app/serve/capacity_shelf.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/carried_over.hpp"
#include "bitworth/decision/fleet_plan.hpp"
#include "bitworth/decision/widening.hpp"
#include "bitworth/formats/case_without.hpp"

namespace bitworth::serve {
namespace {

constexpr std::size_t most_kept = 16;  // of a megabyte or two each

// What capacities do not hang on, and then what they can be carried over.
constexpr std::string_view keys[] = {
    "workload.requests_per_second", "workload.peak_to_mean",       "quality.margin",
    "money.engineering_hours",      "hardware.price_per_gpu_hour", "workload.prompt_tokens",
    "workload.output_tokens",       "engine.max_num_seqs"};
constexpr std::span free_keys = std::span(keys).first(5);

}  // namespace

// Absent: the text is none of a case.
std::optional<CapacityShelf::Kept> CapacityShelf::names_of(const Question& question,
                                                           const decision::CapacitySettings& settings) {
  const auto key = formats::case_without(question.case_toml, free_keys);
  const auto family = formats::case_without(question.case_toml, keys);
  if (!key || !family) return std::nullopt;
  const std::string how =
      format("{} {} {} {}\n", settings.requests, settings.samples, settings.precision, settings.seed);
  return Kept{how + *key, how + *family, decision::widen(question.asked).c, nullptr};
}

CapacityShelf::Tables CapacityShelf::look(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(kept_, key, &Kept::key);
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return found->tables;
}

std::optional<CapacityShelf::Kept> CapacityShelf::nearest(const Kept& asked) {
  const std::lock_guard lock(mutex_);
  const auto far = [&](const Kept& kept) {
    return kept.family == asked.family ? decision::distance(kept.c, asked.c)
                                       : std::numeric_limits<double>::infinity();
  };
  const auto found = std::ranges::min_element(kept_, {}, far);
  if (found == kept_.end() || found->family != asked.family) return std::nullopt;
  return *found;
}

CapacityShelf::Tables CapacityShelf::simulate(std::optional<Kept> names, const Question& question,
                                              const decision::CapacitySettings& settings) {
  auto tables = std::make_shared<const decision::CapacityTables>(
      decision::tabulate_everywhere(names ? names->c : decision::widen(question.asked).c, settings));
  if (!names) return tables;
  names->tables = tables;
  const std::lock_guard lock(mutex_);
  kept_.push_front(*std::move(names));
  if (kept_.size() > most_kept) kept_.pop_back();
  return tables;
}

CapacityShelf::Tables CapacityShelf::of(const Question& question,
                                        const decision::CapacitySettings& settings) {
  std::optional<Kept> names = names_of(question, settings);
  if (names) {
    if (Tables known = look(names->key)) return known;
  }
  return simulate(std::move(names), question, settings);
}

CapacityShelf::Tables CapacityShelf::near(const Question& question,
                                          const decision::CapacitySettings& settings) {
  std::optional<Kept> names = names_of(question, settings);
  if (names) {
    if (Tables known = look(names->key)) return known;
    if (const std::optional<Kept> other = nearest(*names)) {
      auto carried = decision::carried_over({other->c, *other->tables}, names->c);
      if (carried) return std::make_shared<const decision::CapacityTables>(*std::move(carried));
    }
  }
  return simulate(std::move(names), question, settings);
}

}  // namespace bitworth::serve
