#include "app/serve/capacity_shelf.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/fleet_plan.hpp"
#include "bitworth/decision/widening.hpp"
#include "bitworth/formats/case_without.hpp"

namespace bitworth::serve {
namespace {

constexpr std::size_t most_kept = 16;  // of a megabyte or two each

// What capacities do not hang on.
constexpr std::string_view free_keys[] = {"workload.requests_per_second", "workload.peak_to_mean",
                                          "quality.margin", "money.engineering_hours",
                                          "hardware.price_per_gpu_hour"};

// Absent: the text is none of a case.
std::optional<std::string> key_of(const Question& question, const decision::CapacitySettings& settings) {
  const auto text = formats::case_without(question.case_toml, free_keys);
  if (!text) return std::nullopt;
  return format("{} {} {} {}\n{}", settings.requests, settings.samples, settings.precision, settings.seed,
                *text);
}

}  // namespace

std::shared_ptr<const decision::CapacityTables> CapacityShelf::look(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(kept_, key, &Kept::key);
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return found->tables;
}

std::shared_ptr<const decision::CapacityTables> CapacityShelf::of(
    const Question& question, const decision::CapacitySettings& settings) {
  std::optional<std::string> key = key_of(question, settings);
  if (key) {
    if (auto known = look(*key)) return known;
  }
  const auto tables = std::make_shared<const decision::CapacityTables>(
      decision::tabulate_everywhere(decision::widen(question.asked).c, settings));
  if (!key) return tables;
  const std::lock_guard lock(mutex_);
  kept_.push_front({*std::move(key), tables});
  if (kept_.size() > most_kept) kept_.pop_back();
  return tables;
}

}  // namespace bitworth::serve
