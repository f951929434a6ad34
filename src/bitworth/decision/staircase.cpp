#include "bitworth/decision/staircase.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

constexpr double lowest_times = 0.05, highest_times = 20;
constexpr double most_edges = 1000;

/// The loads at which a shape's replicas are used up at some hour: k times `each`, k from `least` on.
struct Edges {
  double each = 1;
  double least = 1;
  double first(double from) const { return std::max(least, std::floor(from / each)); }
  double count(double from, double to) const { return std::max(0.0, to / each - first(from)); }
};

std::vector<Edges> all_edges(const cases::Case& c, const Basis& basis, const Inputs& medians,
                             std::size_t option) {
  std::vector<Edges> result;
  const OptionInputs& own = option == baseline_index ? medians.baseline : medians.options[option];
  for (const ShapeCapacity& shape : basis.table(option).shapes) {
    const double replica = shape.curve(own.time_factor) * c.hardware.headroom;
    if (!(replica > 0)) continue;
    for (const economics::LoadCurve::Level& level : basis.load.levels) {
      if (level.load > 0)
        result.push_back({replica / level.load, static_cast<double>(c.hardware.min_replicas)});
    }
  }
  return result;
}

// In order; every n-th only, where there are too many.
std::vector<double> loads(const std::vector<Edges>& edges, double from, double to, double every) {
  std::vector<double> result;
  for (const Edges& edge : edges) {
    for (double k = edge.first(from); k * edge.each < to; k += every)
      if (k * edge.each > from) result.push_back(k * edge.each);
  }
  std::ranges::sort(result);
  const auto same = std::ranges::unique(result);
  result.erase(same.begin(), same.end());
  return result;
}

std::optional<Staircase::Step> step_above(const cases::Case& c, const Basis& basis, Inputs inputs,
                                          std::size_t option, double load) {
  // Just above the edge, where the next replica is needed.
  inputs.requests_per_second = load * (1 + 1e-9);
  const std::optional<FleetPlan> plan = plan_fleet(c, basis, inputs, option);
  if (!plan) return std::nullopt;
  const economics::FleetCost cost = economics::price_fleet(plan->use, gpu_terms(c, basis, inputs));
  return Staircase::Step{load, plan->gpus(), cost.after};
}

bool saves(const SavingChange& change) {
  return change.dollars_saved_per_month != 0 ? change.dollars_saved_per_month > 0 : change.gpus_saved > 0;
}

std::string saving_in_words(const SavingChange& change) {
  const int gpus = std::abs(change.gpus_saved);
  if (gpus == 0)
    return change.dollars_saved_per_month > 0 ? "saves no GPU at the peak, but some hours" : "saves nothing";
  return format("{} {} GPU{}", change.gpus_saved > 0 ? "saves" : "needs", gpus, gpus == 1 ? "" : "s") +
         (change.gpus_saved > 0 ? "" : " more");
}

std::string in_words(const SavingTurn& turn, double load, double up_to) {
  std::string text = format("{} at {} requests/s", saving_in_words(turn.now), significant(load));
  // What lies further away may be otherwise again.
  if (turn.above)
    text += format("; just above {} it {}", significant(turn.above->requests_per_second),
                   saving_in_words(*turn.above));
  if (turn.below)
    text += format("; just below {} it {}", significant(turn.below_until), saving_in_words(*turn.below));
  if (!turn.above && !turn.below) text += format(", and likewise up to {}", significant(up_to));
  return text;
}

}  // namespace

const Staircase::Step& Staircase::at(double requests_per_second) const {
  const auto above = std::ranges::lower_bound(steps, requests_per_second, {}, &Step::requests_per_second);
  return above == steps.begin() ? *above : *std::prev(above);
}

void Staircase::cut(double requests_per_second) {
  std::erase_if(steps, [&](const Step& step) { return step.requests_per_second >= requests_per_second; });
  up_to = std::min(up_to, requests_per_second);
}

Staircase fleet_staircase(const cases::Case& c, const Basis& basis, const Inputs& medians,
                          std::size_t option) {
  const double now = medians.requests_per_second, from = now * lowest_times;
  Staircase result;
  const auto first = step_above(c, basis, medians, option, from);
  if (!first) return result;
  result.steps.push_back(*first);
  result.up_to = now * highest_times;
  const std::vector<Edges> edges = all_edges(c, basis, medians, option);
  double count = 0;
  for (const Edges& edge : edges) count += edge.count(from, result.up_to);
  const double every = std::ceil(std::max(1.0, count / most_edges));
  result.exact = every == 1;
  std::vector<double> at = loads(edges, from, result.up_to, every);
  // Today's fleet is always among them.
  if (!result.exact) at.insert(std::ranges::lower_bound(at, now), now * (1 - 2e-9));
  for (const double load : at) {
    const auto step = step_above(c, basis, medians, option, load);
    const Staircase::Step& last = result.steps.back();
    if (step && (step->gpus != last.gpus || step->dollars_per_month != last.dollars_per_month))
      result.steps.push_back(*step);
  }
  return result;
}

std::vector<SavingChange> saving_staircase(const Staircase& baseline, const Staircase& option) {
  std::vector<SavingChange> result;
  if (baseline.steps.empty() || option.steps.empty()) return result;
  const double end = std::min(baseline.up_to, option.up_to);
  auto before = baseline.steps.begin(), now = option.steps.begin();
  while (true) {
    const double load = std::max(before->requests_per_second, now->requests_per_second);
    if (load >= end) break;
    const SavingChange change{load, before->gpus - now->gpus,
                              before->dollars_per_month - now->dollars_per_month};
    if (result.empty() || result.back().gpus_saved != change.gpus_saved ||
        result.back().dollars_saved_per_month != change.dollars_saved_per_month)
      result.push_back(change);
    const auto next_before = std::next(before), next_now = std::next(now);
    const bool more_before = next_before != baseline.steps.end(), more_now = next_now != option.steps.end();
    if (!more_before && !more_now) break;
    const double a = more_before ? next_before->requests_per_second : end;
    const double b = more_now ? next_now->requests_per_second : end;
    // Loads that differ by rounding alone are one.
    constexpr double same = 1 + 1e-9;
    if (more_before && a <= b * same) before = next_before;
    if (more_now && b <= a * same) now = next_now;
  }
  return result;
}

std::optional<SavingTurn> saving_turn(const std::vector<SavingChange>& changes, double requests_per_second,
                                      double up_to) {
  if (changes.empty()) return std::nullopt;
  auto after = std::ranges::lower_bound(changes, requests_per_second, {}, &SavingChange::requests_per_second);
  if (after == changes.begin()) ++after;
  const auto here = std::prev(after);
  SavingTurn turn;
  turn.now = *here;
  const auto other = [&](const SavingChange& change) { return saves(change) != saves(turn.now); };
  const auto above = std::find_if(after, changes.end(), other);
  if (above != changes.end()) turn.above = *above;
  for (auto at = here; at != changes.begin(); --at) {
    if (!other(*std::prev(at))) continue;
    turn.below = *std::prev(at);
    turn.below_until = at->requests_per_second;
    break;
  }
  turn.text = in_words(turn, requests_per_second, up_to);
  return turn;
}

}  // namespace bitworth::decision
