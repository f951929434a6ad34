#include "app/serve/capacity_shelf.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <span>
#include <tuple>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/carried_over.hpp"
#include "bitworth/decision/fleet_plan.hpp"
#include "bitworth/decision/widening.hpp"
#include "bitworth/formats/case_without.hpp"

namespace bitworth::serve {
namespace {

constexpr std::size_t most_kept = 16;                      // of a megabyte or two each
constexpr std::string_view carried_over = "carried over";  // in place of settings

// What capacities do not hang on, and then what they can be carried over.
constexpr std::string_view keys[] = {"workload.requests_per_second",
                                     "workload.peak_to_mean",
                                     "quality.margin",
                                     "money.engineering_hours",
                                     "hardware.price_per_gpu_hour",
                                     "workload.prompt_tokens",
                                     "workload.output_tokens",
                                     "engine.max_num_seqs",
                                     "hardware.device",
                                     "baseline.scheme",
                                     "option..scheme"};  // of every option
constexpr std::span free_keys = std::span(keys).first(5);

std::string text_of(const decision::CapacitySettings& settings) {
  return format("{} {} {} {}", settings.requests, settings.samples, settings.precision, settings.seed);
}

decision::CapacitySettings one_sample(decision::CapacitySettings settings) {
  settings.samples = 1;
  return settings;
}

}  // namespace

// Absent: the text is none of a case.
std::optional<CapacityShelf::Kept> CapacityShelf::names_of(const Question& question) {
  auto key = formats::case_without(question.case_toml, free_keys);
  auto family = formats::case_without(question.case_toml, keys);
  if (!key || !family) return std::nullopt;
  return Kept{std::string(carried_over), *std::move(key), *std::move(family),
              decision::widen(question.asked).c, nullptr};
}

CapacityShelf::Tables CapacityShelf::look(const Kept& asked, const decision::CapacitySettings& settings) {
  const std::string how = text_of(settings);
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(
      kept_, [&](const Kept& kept) { return kept.key == asked.key && kept.settings == how; });
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return found->tables;
}

std::optional<CapacityShelf::Kept> CapacityShelf::nearest(const Kept& asked) {
  const std::lock_guard lock(mutex_);
  constexpr double too_far = std::numeric_limits<double>::infinity();
  const auto distance = [&](const Kept& kept) {
    const bool simulated = kept.tables->samples > 0;
    return kept.family == asked.family && simulated ? decision::distance(kept.c, asked.c) : too_far;
  };
  const auto found = std::ranges::min_element(kept_, {}, [&](const Kept& kept) {
    const double way = distance(kept);
    if (way == too_far) return std::tuple(std::numeric_limits<int>::max(), true, way);
    return std::tuple(decision::replaced_options(kept.c, asked.c), kept.reach * way > decision::far_away,
                      way);
  });
  if (found == kept_.end() || distance(*found) == too_far) return std::nullopt;
  return *found;
}

CapacityShelf::Tables CapacityShelf::simulate(std::optional<Kept> names, const Question& question,
                                              const decision::CapacitySettings& settings) {
  auto tables = std::make_shared<const decision::CapacityTables>(
      decision::tabulate_everywhere(names ? names->c : decision::widen(question.asked).c, settings));
  if (!names) return tables;
  names->settings = text_of(settings);
  names->tables = tables;
  keep(*std::move(names));
  return tables;
}

void CapacityShelf::keep(Kept kept) {
  const std::lock_guard lock(mutex_);
  kept_.push_front(std::move(kept));
  if (kept_.size() <= most_kept) return;
  // What was carried over is soon made again.
  const auto carried = std::find_if(kept_.rbegin(), kept_.rend(),
                                    [](const Kept& each) { return each.settings == carried_over; });
  kept_.erase(carried == kept_.rend() ? std::prev(kept_.end()) : std::prev(carried.base()));
}

// Null: it cannot be said.
CapacityShelf::Tables CapacityShelf::carry(const Kept& from, Kept to) {
  const double distance = decision::distance(from.c, to.c), reach = from.reach * distance;
  to.reach = reach > decision::far_away ? 1 : reach;
  auto carried = decision::carried_over({from.c, *from.tables, from.reach}, to.c);
  if (!carried) return nullptr;
  to.tables = std::make_shared<const decision::CapacityTables>(*std::move(carried));
  Tables tables = to.tables;
  // What took simulations is a place to go on from.
  if (distance > decision::nearby || decision::replaced_options(from.c, to.c) > 0) keep(std::move(to));
  return tables;
}

CapacityShelf::Tables CapacityShelf::of(const Question& question,
                                        const decision::CapacitySettings& settings) {
  std::optional<Kept> names = names_of(question);
  if (names) {
    if (Tables known = look(*names, settings)) return known;
  }
  return simulate(std::move(names), question, settings);
}

CapacityShelf::Tables CapacityShelf::near(const Question& question,
                                          const decision::CapacitySettings& settings) {
  std::optional<Kept> names = names_of(question);
  if (names) {
    if (Tables known = look(*names, settings)) return known;
    if (Tables known = look(*names, one_sample(settings))) return known;
    if (const std::optional<Kept> other = nearest(*names)) {
      if (Tables carried = carry(*other, *names)) return carried;
    }
  }
  return simulate(std::move(names), question, one_sample(settings));
}

}  // namespace bitworth::serve
