#include "bitworth/decision/rough_search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "bitworth/decision/served_replica.hpp"
#include "bitworth/decision/shape_candidates.hpp"

namespace bitworth::decision {
namespace {

// Between the rates on both sides of what is sought, less 1.
constexpr double precision = 0.08;
// Of the tables of step times: most of what they cost are numbers of tokens that no step will have.
constexpr int token_step = 16;
// On the time of the work itself.
constexpr double with_queues = 1.4;

double per_gpu(const ShapeCapacity& shape) {
  return shape.curve(1) / shape.shape.gpus;
}

void move_to(ShapeCapacity& shape, double rate) {
  shape.curve = shape.curve.scaled(rate / shape.curve(1));
}

const ShapeCapacity& nearest_in_gpus(const CapacityTable& table, int gpus) {
  return *std::ranges::min_element(table.shapes, {}, [gpus](const ShapeCapacity& shape) {
    return std::abs(std::log(static_cast<double>(shape.shape.gpus) / gpus));
  });
}

struct Tried {
  double rate = 0, slack = 0;
};

// The rate at which a straight line through them leaves just enough. Absent: more load left more, or they say
// nothing of it.
std::optional<double> straight_on(const Tried& before, const Tried& now) {
  const double slope = (now.slack - before.slack) / (now.rate - before.rate);
  const double rate = now.rate + (1 - now.slack) / slope;
  return slope < 0 && std::isfinite(rate) ? std::optional(rate) : std::nullopt;
}

// What it carries at the medians, sought from a guess that may be far off. 0: nothing.
double rate_from(CapacityPoints& points, double guess) {
  // So little is left by a queue that grows without end; how little exactly is not simulated.
  constexpr double overloaded = 0.5, about_overloaded = 0.1;
  constexpr double least_load = 1.0 / 256;  // at which nobody waits for anybody
  constexpr double least_step = 1.12, most_step = 4, most_back = 1.0 / 3, near = 0.02;
  constexpr int most_steps = 16;
  std::optional<Tried> carried, missed;
  bool may_carry_nothing = true;
  double rate = guess;
  for (int step = 1; step <= most_steps; ++step) {
    const Slack left = points.slack_at(rate, overloaded);
    const Tried now{rate, left.at_most ? about_overloaded : left.factor};
    const bool is_near = std::abs(now.slack - 1) < near;
    const std::optional<Tried> before = std::exchange(now.slack >= 1 ? carried : missed, now);
    const std::optional<double> on = before ? straight_on(*before, now) : std::nullopt;
    if (carried && missed) {
      const double low = carried->rate, wide = missed->rate - low;
      const double between = straight_on(*carried, *missed).value_or(low);
      if (is_near || wide <= low * precision) return between;
      const bool is_inside = on && *on > low && *on < missed->rate;
      rate = std::clamp(is_inside ? *on : between, low + 0.1 * wide, low + 0.9 * wide);
    } else if (is_near) {
      return std::clamp(on.value_or(rate * now.slack), rate / least_step, rate * least_step);
    } else if (carried) {
      rate = std::clamp(on.value_or(rate * now.slack), rate * least_step, rate * most_step);
    } else {
      const double next = on.value_or(before ? 0 : rate * now.slack);
      if (before && next < rate * most_back && std::exchange(may_carry_nothing, false) &&
          points.slack_at(guess * least_load).factor < 1)
        return 0;
      rate = std::clamp(next, rate * most_back, rate / least_step);
    }
  }
  return carried ? carried->rate : 0;
}

// Of a replica of which nothing is known but what it may carry.
CapacityCurve assumed_curve(double rate) {
  return CapacityCurve({{0.5, rate * 4}, {2, rate / 4}}, false);
}

}  // namespace

RoughSearch::RoughSearch(const cases::Case& c, const cases::Option& option, const workload::Trace& sample,
                         std::shared_ptr<const workload::Trace> shown)
    : case_(c), option_(option), sample_(sample), shown_(std::move(shown)) {}

std::unique_ptr<CapacityPoints> RoughSearch::points(ShapeCapacity& of, const ReplicaShape& shape) const {
  if (!of.replica || !of.replica->takes(shape)) {
    ReplicaShape largest = own_shape(case_, shape.gpus);
    largest.max_num_seqs = std::max(largest.max_num_seqs, shape.max_num_seqs);
    largest.token_budget = std::max(largest.token_budget, shape.token_budget);
    const auto replica = std::make_shared<const SimulatedReplica>(case_, option_, largest, token_step);
    of.replica = std::make_shared<const ServedReplica>(replica, shape, shown_);
  }
  return std::make_unique<CapacityPoints>(of.replica->points(sample_, case_, shape));
}

// The replica that is guessed to carry most per GPU, of those whose SLO leaves time for queues if there are
// any; or the next where it serves nothing.
std::optional<RoughSearch::Best> RoughSearch::find(CapacityTable& table) const {
  std::optional<Miss> missed;  // of the largest
  while (!table.shapes.empty()) {
    const auto best = std::ranges::max_element(table.shapes, {}, [&](const ShapeCapacity& shape) {
      const bool may_queue = closed_form_rate(case_, option_, shape.shape.gpus, with_queues) > 0;
      return std::tuple(shape.curve(1) > 0, may_queue, per_gpu(shape));
    });
    if (best->curve(1) <= 0) break;  // only faster ones serve
    auto at = points(*best, best->shape);
    const double rate = rate_from(*at, best->curve(1) / table.longer_samples);
    if (rate > 0) return Best{static_cast<std::size_t>(best - table.shapes.begin()), rate, std::move(at)};
    const Miss miss = at->miss();
    if (!missed || missed->gpus < miss.gpus) missed = miss;
    table.shapes.erase(best);
  }
  if (missed) table.missed = missed;
  return std::nullopt;
}

std::optional<RoughSearch::Best> RoughSearch::move_to_best(CapacityTable& table) const {
  std::optional<Best> best = find(table);
  if (!best) return std::nullopt;
  const double factor = best->rate * table.longer_samples / table.shapes[best->index].curve(1);
  for (ShapeCapacity& shape : table.shapes) shape.curve = shape.curve.scaled(factor);
  return best;
}

void RoughSearch::level(CapacityTable& table) const {
  move_to_best(table);
}

void RoughSearch::level_widely(CapacityTable& table) const {
  std::erase_if(table.shapes, [](const ShapeCapacity& shape) { return shape.curve(1) <= 0; });
  add_promising(table);
  leave_out_hopeless(table);
  std::optional<Best> best = move_to_best(table);
  if (!best) return;
  table.missed.reset();
  try_other_gpus(table, *best);
  if (!case_.engine.batching_is_fixed) try_other_budgets(table, *best);
  table.shapes[best->index].gives_way = best->points->gives_way();
  const double most = per_gpu(table.shapes[best->index]);
  for (ShapeCapacity& shape : table.shapes) {
    if (per_gpu(shape) > most) move_to(shape, most * shape.shape.gpus);
    shape.replica = shape.replica->under(shown_, shape.shape);
  }
}

// With the settings and the curve of what is known.
void RoughSearch::add_promising(CapacityTable& table) const {
  std::vector<ShapeCapacity> added;
  for (const ShapeCandidate& candidate : promising_shapes(case_, option_)) {
    const int gpus = candidate.shape.gpus;
    ShapeCapacity shape{candidate.shape, assumed_curve(candidate.rate()), CapacitySource::carried_over,
                        nullptr, std::nullopt};
    if (!table.shapes.empty()) {
      const ShapeCapacity& known = nearest_in_gpus(table, gpus);
      if (known.shape.gpus == gpus) continue;
      shape.shape = {gpus, known.shape.max_num_seqs, known.shape.token_budget};
      shape.curve = known.curve.scaled(closed_form_ratio(gpus, known.shape.gpus));
    }
    if (shape.curve(1) > 0) added.push_back(std::move(shape));
  }
  std::ranges::move(added, std::back_inserter(table.shapes));
  std::ranges::sort(table.shapes, {}, [](const ShapeCapacity& shape) { return shape.shape.gpus; });
}

// Replicas that would serve nobody in closed form were they twice as fast. The largest stays, to tell what it
// misses.
void RoughSearch::leave_out_hopeless(CapacityTable& table) const {
  if (table.shapes.empty()) return;
  const int largest = table.shapes.back().shape.gpus;
  std::erase_if(table.shapes, [&](const ShapeCapacity& shape) {
    return shape.shape.gpus < largest && closed_form_rate(case_, option_, shape.shape.gpus, 0.5) <= 0;
  });
}

// What replicas of so many GPUs carry over what others do. Where the closed form finds nobody served, of
// faster ones.
double RoughSearch::closed_form_ratio(int gpus, int other_gpus) const {
  for (const double time_factor : {1.0, 0.7, 0.5}) {
    const double one = closed_form_rate(case_, option_, gpus, time_factor),
                 other = closed_form_rate(case_, option_, other_gpus, time_factor);
    if (one > 0 && other > 0) return one / other;
  }
  return static_cast<double>(gpus) / other_gpus;
}

void RoughSearch::try_other_gpus(CapacityTable& table, Best& best) const {
  std::vector<std::size_t> others(table.shapes.size());
  std::iota(others.begin(), others.end(), std::size_t{0});
  std::erase(others, best.index);
  std::ranges::sort(others, std::greater(), [&](std::size_t i) { return per_gpu(table.shapes[i]); });
  for (const std::size_t i : others) try_instead(table, best, i, table.shapes[i].shape, 1);
}

// Smaller steps where answers are too slow, else larger ones.
void RoughSearch::try_other_budgets(CapacityTable& table, Best& best) const {
  const bool slow_answers = best.points->gives_way().measure == serving::Requirement::Measure::tpot;
  const ReplicaShape own = table.shapes[best.index].shape;
  const int largest = largest_to_try(case_, own_shape(case_, own.gpus)).token_budget;
  const std::vector<double> factors =
      slow_answers ? std::vector{1 / 2.0, 1 / 4.0, 1 / 8.0} : std::vector{2.0, 4.0};
  double enough = 0.5;  // to go on
  for (const double factor : factors) {
    const int budget = static_cast<int>(own.token_budget * factor);
    if (budget < own.max_num_seqs || budget > largest) break;
    const Slack slack = try_instead(table, best, best.index, {own.gpus, own.max_num_seqs, budget}, enough);
    if (slack.factor < enough || slack.at_most) break;
    enough = std::min(slack.factor, 1.0);
  }
}

// What is left of the SLO where it would carry more than the best, or that it is not enough.
Slack RoughSearch::try_instead(CapacityTable& table, Best& best, std::size_t index, const ReplicaShape& other,
                               double enough) const {
  ShapeCapacity& shape = table.shapes[index];
  const double more = best.rate / table.shapes[best.index].shape.gpus * other.gpus * (1 + precision);
  auto at = points(shape, other);
  const Slack slack = at->slack_at(more, enough);
  if (slack.factor < 1 || slack.at_most) return slack;
  const double rate = rate_from(*at, more);
  if (rate <= more) return slack;
  best = {index, rate, std::move(at)};
  shape.shape = other;
  move_to(shape, best.rate * table.longer_samples);
  return slack;
}

}  // namespace bitworth::decision
