#include "bitworth/decision/carried_over.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "bitworth/base/parallel.hpp"
#include "bitworth/decision/fleet_plan.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/decision/rough_search.hpp"
#include "bitworth/decision/served_replica.hpp"
#include "bitworth/decision/shape_candidates.hpp"
#include "bitworth/decision/traffic_sample.hpp"

namespace bitworth::decision {
namespace {

// Enough to see a replica at a load that it carries well.
constexpr std::size_t requests_shown = 500;

double ratio(double a, double b) {
  return a > 0 && b > 0 ? a / b : 1;
}

double largest_ratio(double a, double b) {
  return std::max(ratio(a, b), ratio(b, a));
}

const cases::Option& of(const cases::Case& c, std::size_t option) {
  return option == baseline_index ? c.baseline : c.options[option];
}

const hardware::Device& device_of(const cases::Case& c, const cases::Option& option) {
  return (option.hardware ? *option.hardware : c.hardware).device;
}

// By one on another device or in another scheme.
bool is_replaced(const cases::Case& before, const cases::Case& now, std::size_t option) {
  const cases::Option &was = of(before, option), &is = of(now, option);
  return was.scheme.id != is.scheme.id || was.kv_cache.id != is.kv_cache.id ||
         device_of(before, was) != device_of(now, is);
}

double most_per_gpu(const CapacityTable& table) {
  double most = 0;
  for (const ShapeCapacity& shape : table.shapes) most = std::max(most, shape.curve(1) / shape.shape.gpus);
  return most;
}

/// The change from a known case to another.
class Change {
 public:
  Change(const KnownCapacities& from, const cases::Case& to)
      : from_(from.c),
        to_(to),
        way_(distance(from.c, to)),
        widely_(from.reach * way_ > far_away),
        shown_(sample(requests_shown)) {
    if (way_ > nearby || widely_ || replaced_options(from.c, to) > 0)
      simulated_ = sample(CapacitySettings().requests);
  }

  bool simulates() const { return simulated_ != nullptr; }

  void carry(std::size_t option, CapacityTable& table) const {
    const cases::Option& what = of(to_, option);
    if (what.api) return;
    const bool replaced = is_replaced(from_, to_, option), widely = widely_ || replaced;
    if (replaced) keep_promising(what, table);
    bool says_all = true;
    for (ShapeCapacity& shape : table.shapes) {
      const std::optional<double> factor = factor_of(option, shape.shape.gpus);
      says_all = says_all && factor;
      shape.curve = shape.curve.scaled(factor.value_or(1));
      shape.source = CapacitySource::carried_over;
      shape.shape.max_num_seqs = std::min(sequences(shape.shape.max_num_seqs), shape.shape.token_budget);
      shape.replica = replaced ? nullptr : shape.replica->under(shown_, shape.shape);
      if (!widely) shape.shape = shape.replica->shape();
    }
    if (widely || way_ > nearby || !says_all || may_serve_again(table)) simulate(what, table, widely);
    if (replaced) return add_length_scales(to_, what, table);
    table.longer_prompts =
        table.longer_prompts.from(ratio(to_.workload.prompt_tokens.p50, from_.workload.prompt_tokens.p50));
    table.longer_answers =
        table.longer_answers.from(ratio(to_.workload.output_tokens.p50, from_.workload.output_tokens.p50));
  }

 private:
  std::shared_ptr<const workload::Trace> sample(std::size_t requests) const {
    return std::make_shared<const workload::Trace>(
        std::move(sample_traffic(to_, requests, 1, CapacitySettings().seed).front()));
  }

  // What was missed by short prompts and answers is missed by longer ones.
  bool may_serve_again(const CapacityTable& table) const {
    const auto longer = [](const workload::LengthDistribution& now,
                           const workload::LengthDistribution& before) {
      return now.p50 >= before.p50 && now.p95 >= before.p95;
    };
    return table.missed && !(longer(to_.workload.prompt_tokens, from_.workload.prompt_tokens) &&
                             longer(to_.workload.output_tokens, from_.workload.output_tokens));
  }

  // What another device or scheme has room for is another matter than what it carries.
  void keep_promising(const cases::Option& option, CapacityTable& table) const {
    const std::vector<ShapeCandidate> candidates = promising_shapes(as_seen_by(to_, option), option);
    std::erase_if(table.shapes, [&](const ShapeCapacity& known) {
      return std::ranges::find(candidates, known.shape.gpus, [](const ShapeCandidate& candidate) {
               return candidate.shape.gpus;
             }) == candidates.end();
    });
    table.missed.reset();
  }

  void simulate(const cases::Option& option, CapacityTable& table, bool widely) const {
    const auto traffic = simulated_ ? simulated_ : sample(CapacitySettings().requests);
    const cases::Case seen = option.hardware ? as_seen_by(to_, option) : to_;
    const RoughSearch search(seen, option, *traffic, shown_);
    if (widely || table.missed) {
      search.level_widely(table);
    } else {
      search.level(table);
    }
  }

  // What the closed form says that the change does to a replica. Where it misses the SLO, which the simulator
  // may not, then to a faster one.
  std::optional<double> factor_of(std::size_t option, int gpus) const {
    for (const double time_factor : {1.0, 0.7, 0.5}) {
      const double before = rate(from_, option, gpus, time_factor),
                   after = rate(to_, option, gpus, time_factor);
      if (before > 0 && after > 0) return after / before;
    }
    return std::nullopt;
  }

  static double rate(const cases::Case& c, std::size_t index, int gpus, double time_factor) {
    const cases::Option& option = of(c, index);
    return option.hardware ? closed_form_rate(as_seen_by(c, option), option, gpus, time_factor)
                           : closed_form_rate(c, option, gpus, time_factor);
  }

  int sequences(int before) const {
    const double scale = static_cast<double>(to_.engine.max_num_seqs) / from_.engine.max_num_seqs;
    return static_cast<int>(std::clamp(before * scale, 1.0, static_cast<double>(most_sequences)));
  }

  const cases::Case& from_;
  const cases::Case& to_;
  double way_;
  bool widely_;                                               // what served best may not any more
  std::shared_ptr<const workload::Trace> shown_, simulated_;  // the latter where it is far
};

}  // namespace

double distance(const cases::Case& a, const cases::Case& b) {
  const auto lengths = [](const workload::LengthDistribution& x, const workload::LengthDistribution& y) {
    return std::max(largest_ratio(x.p50, y.p50), largest_ratio(x.p95, y.p95));
  };
  return std::max({lengths(a.workload.prompt_tokens, b.workload.prompt_tokens),
                   lengths(a.workload.output_tokens, b.workload.output_tokens),
                   largest_ratio(a.engine.max_num_seqs, b.engine.max_num_seqs)});
}

int replaced_options(const cases::Case& before, const cases::Case& now) {
  int result = is_replaced(before, now, baseline_index) ? 1 : 0;
  for (std::size_t i = 0; i < now.options.size(); ++i) {
    if (!now.options[i].api && is_replaced(before, now, i)) ++result;
  }
  return result;
}

std::optional<CapacityTables> carried_over(const KnownCapacities& known, const cases::Case& to) {
  if (known.tables.samples == 0 || too_long_to_simulate(to)) return std::nullopt;
  const Change change(known, to);
  CapacityTables result = known.tables;
  const auto table = [&](std::size_t option) -> CapacityTable& {
    return option == baseline_index ? result.baseline : result.options[option];
  };
  std::vector<std::size_t> order{baseline_index};
  for (std::size_t i = 0; i < result.options.size(); ++i) order.push_back(i);
  if (change.simulates()) {
    // First those that are searched for longest, many replicas or such as carry little, so that no core waits
    // for them in the end.
    std::ranges::stable_sort(order, {}, [&](std::size_t option) {
      return std::pair(-std::ssize(table(option).shapes), most_per_gpu(table(option)));
    });
    in_parallel(order.size(), [&](std::size_t i) { change.carry(order[i], table(order[i])); });
  } else {
    for (const std::size_t option : order) change.carry(option, table(option));
  }
  return result;
}

}  // namespace bitworth::decision
