#include "bitworth/roofline/crossover.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::roofline {
namespace {

constexpr int gpu_counts[] = {1, 2, 4, 8};
constexpr int largest_batch = 1024, shortest_context = 128, longest_context = 131072;

// Two points an octave.
std::vector<int> octaves(int low, int high) {
  std::vector<int> result;
  for (int at = low; at <= high; at *= 2) {
    result.push_back(at);
    if (at > 1 && at * 3 / 2 < high) result.push_back(at * 3 / 2);
  }
  if (result.empty() || result.back() < high) result.push_back(high);
  return result;
}

LoadPoint moved(LoadPoint point, Phase phase, Axis axis, int to) {
  switch (axis) {
    case Axis::batch:
      point.batch = to;
      break;
    case Axis::context:
      (phase == Phase::decode ? point.context_tokens : point.prompt_tokens) = to;
      break;
    case Axis::gpus:
      point.gpus = to;
      break;
  }
  return point;
}

Misfit misfit(bool baseline_fits, bool option_fits) {
  if (baseline_fits) return option_fits ? Misfit::nobody : Misfit::option;
  return option_fits ? Misfit::baseline : Misfit::both;
}

/// Baseline and option on the same GPUs.
class Contest {
 public:
  Contest(const cases::Case& c, const cases::Option& option, int gpus)
      : case_(c), option_(option), baseline_replica_(c, c.baseline, gpus), replica_(c, option, gpus) {}

  Misfit who_lacks_memory(Phase phase, const LoadPoint& point) const {
    return misfit(baseline_replica_.fits(phase, point), replica_.fits(phase, point));
  }
  Speedup speedup(Phase phase, const LoadPoint& point) const {
    const double ratio = baseline_replica_.time(phase, point).total() / replica_.time(phase, point).total();
    return with_interval(case_, option_, phase, ratio);
  }

 private:
  const cases::Case& case_;
  const cases::Option& option_;
  Replica baseline_replica_, replica_;
};

/// One option's speed-up along one axis. Contests are built once for each number of GPUs.
class Curve {
 public:
  Curve(const cases::Case& c, const cases::Option& option, const LoadPoint& point, Phase phase, Axis axis)
      : point_(point), phase_(phase), axis_(axis) {
    if (axis != Axis::gpus) {
      contests_.emplace_back(c, option, point.gpus);
      return;
    }
    for (const int gpus : gpu_counts) contests_.emplace_back(c, option, gpus);
  }

  Misfit who_lacks_memory(int at) const {
    return contest(at).who_lacks_memory(phase_, moved(point_, phase_, axis_, at));
  }
  Speedup operator()(int at) const { return contest(at).speedup(phase_, moved(point_, phase_, axis_, at)); }

 private:
  const Contest& contest(int at) const {
    if (axis_ != Axis::gpus) return contests_.front();
    const auto place = std::ranges::find(gpu_counts, at) - std::begin(gpu_counts);
    return contests_[static_cast<std::size_t>(place)];
  }

  LoadPoint point_;
  Phase phase_;
  Axis axis_;
  std::vector<Contest> contests_;
};

std::vector<int> scan_of(const cases::Case& c, Axis axis, Crossover& result) {
  if (axis == Axis::gpus) return {std::begin(gpu_counts), std::end(gpu_counts)};
  if (axis == Axis::batch) return octaves(1, largest_batch);
  const int reads = c.architecture.max_context;
  if (reads < shortest_context || reads >= longest_context) return octaves(shortest_context, longest_context);
  result.outside = Misfit::architecture;
  return octaves(shortest_context, reads);
}

// Leaves the points at which both fit. More of a batch or context never fits better, more GPUs never worse.
void keep_what_fits(const Curve& curve, Axis axis, std::vector<int>& scan, Crossover& result) {
  const auto lacking = [&](int at) { return curve.who_lacks_memory(at) != Misfit::nobody; };
  if (axis == Axis::gpus) {
    const auto first = std::ranges::find_if_not(scan, lacking);
    if (first != scan.begin()) result.outside = curve.who_lacks_memory(*std::prev(first));
    scan.erase(scan.begin(), first);
    return;
  }
  const auto end = std::ranges::find_if(scan, lacking);
  if (end == scan.end()) return;
  int high = *end;
  scan.erase(end, scan.end());
  if (!scan.empty()) {
    int low = scan.back();
    while (high - low > 1) {
      const int middle = low + (high - low) / 2;
      (lacking(middle) ? high : low) = middle;
    }
    if (low > scan.back()) scan.push_back(low);
  }
  result.outside = curve.who_lacks_memory(high);
}

Crossover crossover(const cases::Case& c, const cases::Option& option, const LoadPoint& point, Phase phase,
                    Axis axis) {
  Crossover result{.phase = phase, .axis = axis, .curve = {}, .thresholds = {}};
  const Curve curve(c, option, point, phase, axis);
  std::vector<int> scan = scan_of(c, axis, result);
  keep_what_fits(curve, axis, scan, result);
  if (scan.empty()) return result;
  result.from = scan.front();
  result.to = scan.back();
  for (const int at : scan) result.curve.push_back({at, curve(at)});
  const auto speedup = [&](int at) {
    const auto known = std::ranges::lower_bound(result.curve, at, {}, &SpeedupAt::at);
    return known != result.curve.end() && known->at == at ? known->speedup : curve(at);
  };
  const Between between = axis == Axis::gpus ? Between::none : Between::every;
  for (const double level : crossover_levels) {
    const auto crossings = [&](double Speedup::*quantile) {
      return find_crossings([&](int at) { return speedup(at).*quantile; }, level, scan, between);
    };
    result.thresholds.push_back({.level = level,
                                 .median = crossings(&Speedup::value),
                                 .p10 = crossings(&Speedup::p10),
                                 .p90 = crossings(&Speedup::p90)});
  }
  return result;
}

}  // namespace

std::string_view to_text(Axis axis) {
  return axis == Axis::batch ? "batch" : axis == Axis::context ? "context" : "GPUs";
}

std::string_view to_text(Misfit who) {
  switch (who) {
    case Misfit::nobody:
      return "";
    case Misfit::baseline:
      return "the baseline does not fit";
    case Misfit::option:
      return "the option does not fit";
    case Misfit::both:
      return "neither fits";
    case Misfit::architecture:
      return "the model reads no more";
  }
  return "";
}

Crossings find_crossings(const std::function<double(int)>& curve, double level, std::span<const int> scan,
                         Between between) {
  const auto above = [&](int at) { return curve(at) >= level; };
  Crossings result;
  bool side = result.starts_above = above(scan.front());
  for (std::size_t i = 1; i < scan.size(); ++i) {
    if (above(scan[i]) == side) continue;
    int low = scan[i - 1], high = scan[i];
    while (between == Between::every && high - low > 1) {
      const int middle = low + (high - low) / 2;
      (above(middle) == side ? low : high) = middle;
    }
    result.changes.push_back(high);
    side = !side;
  }
  return result;
}

std::vector<BatchSpeedup> speedups_by_batch(const cases::Case& c, const cases::Option& option,
                                            const LoadPoint& point, Phase phase) {
  constexpr int largest_shown = 512;
  const Curve curve(c, option, point, phase, Axis::batch);
  std::vector<BatchSpeedup> result;
  for (int batch = 1; batch <= largest_shown; batch *= 2) {
    const Misfit lacking = curve.who_lacks_memory(batch);
    result.push_back(
        {batch, lacking, lacking == Misfit::nobody ? std::optional(curve(batch)) : std::nullopt});
  }
  return result;
}

std::vector<Crossover> crossovers_along(std::span<const Axis> axes, const cases::Case& c,
                                        const cases::Option& option, const LoadPoint& point) {
  std::vector<Crossover> result;
  for (const Phase phase : {Phase::decode, Phase::prefill}) {
    for (const Axis axis : axes) result.push_back(crossover(c, option, point, phase, axis));
  }
  return result;
}

OptionCrossovers find_crossovers(const cases::Case& c, const cases::Option& option, const LoadPoint& point) {
  static constexpr Axis axes[] = {Axis::batch, Axis::context, Axis::gpus};
  return {.decode = speedups_by_batch(c, option, point, Phase::decode),
          .prefill = speedups_by_batch(c, option, point, Phase::prefill),
          .crossovers = crossovers_along(axes, c, option, point)};
}

std::optional<int> fewest_gpus(const cases::Case& c, LoadPoint point) {
  for (const int gpus : gpu_counts) {
    point.gpus = gpus;
    const auto holds = [&](const cases::Option& option) {
      const Replica replica(c, option, gpus);
      return replica.fits(Phase::decode, point) && replica.fits(Phase::prefill, point);
    };
    if (holds(c.baseline) && std::ranges::all_of(c.options, holds)) return gpus;
  }
  return std::nullopt;
}

}  // namespace bitworth::roofline
