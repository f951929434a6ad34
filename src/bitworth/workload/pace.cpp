#include "bitworth/workload/pace.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace bitworth::workload {
namespace {

constexpr Nanoseconds one_minute = 60'000'000'000;
constexpr Nanoseconds one_hour_long = 60 * one_minute;
constexpr Nanoseconds one_day = 24 * one_hour_long;

// Requests of the busiest stretch of that width, stretches counted from the first arrival.
double busiest(const Trace& trace, Nanoseconds width) {
  std::int64_t current = -1;
  double here = 0, most = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const std::int64_t own = (trace.arrival(i) - trace.arrival(0)) / width;
    here = own == current ? here + 1 : 1;
    current = own;
    most = std::max(most, here);
  }
  return most;
}

}  // namespace

Pace pace_of(const Trace& trace) {
  Pace pace{trace.requests_per_second(), {}, 0};
  if (pace.requests_per_second <= 0) return pace;
  if (trace.duration() >= one_minute) pace.busiest_minute = busiest(trace, one_minute) / 60;
  const double mean = 1 / pace.requests_per_second;
  double squares = 0;
  for (std::size_t i = 1; i < trace.size(); ++i) {
    const double gap = static_cast<double>(trace.arrival(i) - trace.arrival(i - 1)) / nanoseconds_per_second;
    squares += (gap - mean) * (gap - mean);
  }
  pace.gap_cv = std::sqrt(squares / static_cast<double>(trace.size() - 1)) / mean;
  return pace;
}

std::vector<double> load_over_time(const Trace& trace, std::size_t stretches) {
  std::vector<double> load(stretches);
  const double each = static_cast<double>(stretches) / static_cast<double>(trace.size());
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const double along =
        static_cast<double>(trace.arrival(i) - trace.arrival(0)) / static_cast<double>(trace.duration());
    load[std::min(stretches - 1, static_cast<std::size_t>(along * static_cast<double>(stretches)))] += each;
  }
  return load;
}

std::optional<double> busiest_hour_to_mean(const Trace& trace) {
  if (trace.duration() < one_day) return std::nullopt;
  const double hours = static_cast<double>(trace.duration()) / one_hour_long;
  return busiest(trace, one_hour_long) * hours / static_cast<double>(trace.size());
}

std::optional<PrefixSharing> prefix_sharing_of(const Trace& trace) {
  if (!trace.has_prefixes()) return std::nullopt;
  std::unordered_set<std::uint64_t> seen, shared;
  double requests = 0, blocks = 0;  // that begin as an earlier one did, and for how long
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const auto names = trace.prefix(i);
    const auto known = std::ranges::find_if(names, [&](std::uint64_t name) { return !seen.contains(name); });
    if (known != names.begin()) {
      ++requests;
      blocks += static_cast<double>(known - names.begin());
      shared.insert(names.front());
    }
    seen.insert(names.begin(), names.end());
  }
  if (requests == 0) return std::nullopt;
  return PrefixSharing{
      .prefixes = static_cast<int>(shared.size()),
      .prefix_tokens = static_cast<int>(std::lround(blocks / requests * trace.prefix_block_tokens)),
      .share = requests / static_cast<double>(trace.size())};
}

std::optional<double> repeated_prefix_share(const Trace& trace) {
  if (!trace.has_prefixes()) return std::nullopt;
  std::unordered_set<std::uint64_t> seen;
  std::size_t blocks = 0, repeated = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    bool leading = true;
    for (const std::uint64_t name : trace.prefix(i)) {
      ++blocks;
      leading = leading && seen.contains(name);
      repeated += leading ? 1 : 0;
    }
    for (const std::uint64_t name : trace.prefix(i)) seen.insert(name);
  }
  if (blocks == 0) return std::nullopt;
  return static_cast<double>(repeated) / static_cast<double>(blocks);
}

}  // namespace bitworth::workload
