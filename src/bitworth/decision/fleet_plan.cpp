#include "bitworth/decision/fleet_plan.hpp"

#include <algorithm>
#include <utility>

#include "bitworth/roofline/steady_state.hpp"

namespace bitworth::decision {
namespace {

economics::LoadCurve load_curve(const cases::Case& c) {
  if (c.hardware.autoscaling && c.workload.hours)
    return economics::autoscaled(*c.workload.hours, c.hardware.cold_start_hours);
  return economics::always_at_peak(c.workload.peak_to_mean);
}

int committed_gpus(const cases::Case& c, const Basis& basis) {
  if (c.hardware.tenure == cases::Tenure::on_demand) return 0;
  if (c.hardware.committed_gpus) return *c.hardware.committed_gpus;
  const std::optional<FleetPlan> today = plan_fleet(c, basis, median_inputs(c), baseline_index);
  return today ? today->gpus() : 0;
}

}  // namespace

void add_length_scales(const cases::Case& c, const cases::Option& option, CapacityTable& table) {
  const cases::Case seen = as_seen_by(c, option);
  table.longer_prompts = {seen, option, Lengths::prompts};
  const Estimate& inflation = option.token_inflation;
  if (inflation.is_point() && inflation.value == 1) return;
  table.longer_answers = {seen, option, Lengths::answers};
}

// Options on the case's device are simulated together, those elsewhere each with a baseline of its own.
CapacityTables tabulate_everywhere(const cases::Case& c, const CapacitySettings& settings) {
  const auto here = [](const cases::Option& option) { return !option.api && !option.hardware; };
  cases::Case together = c;
  std::erase_if(together.options, [&](const cases::Option& option) { return !here(option); });
  CapacityTables tables = tabulate_capacities(together, settings);
  std::vector<CapacityTable> simulated = std::move(tables.options);
  tables.options.clear();
  auto next = simulated.begin();
  for (const cases::Option& option : c.options) {
    if (here(option)) {
      tables.options.push_back(std::move(*next++));
    } else if (option.api) {
      tables.options.push_back({});
    } else {
      cases::Case alone = as_seen_by(c, option);
      alone.options = {option};
      tables.options.push_back(tabulate_capacities(alone, settings).options.at(0));
    }
    if (!option.api) add_length_scales(c, option, tables.options.back());
  }
  add_length_scales(c, c.baseline, tables.baseline);
  return tables;
}

const CapacityTable& Basis::table(std::size_t option) const {
  return option == baseline_index ? capacities.baseline : capacities.options[option];
}

double Basis::rate_of_inflated(std::size_t option, double token_inflation) const {
  return table(option).longer_answers(token_inflation);
}

Basis prepare(const cases::Case& c, const CapacitySettings& settings) {
  return prepare(c, tabulate_everywhere(c, settings));
}

Basis prepare(const cases::Case& c, CapacityTables capacities) {
  Basis basis{std::move(capacities), load_curve(c)};
  basis.committed_gpus = committed_gpus(c, basis);
  return basis;
}

CapacityErrors Basis::errors() const {
  CapacityErrors errors{capacities.common_error, capacities.baseline.own_error, {}};
  for (const CapacityTable& table : capacities.options) errors.options.push_back(table.own_error);
  return errors;
}

std::optional<FleetPlan> plan_fleet(const cases::Case& c, const Basis& basis, const Inputs& inputs,
                                    std::size_t option) {
  const CapacityTable& table = basis.table(option);
  const OptionInputs& own = option == baseline_index ? inputs.baseline : inputs.options[option];
  const double factor = inputs.traffic * own.capacity * basis.rate_of_inflated(option, own.token_inflation);
  const economics::FleetRules rules{c.hardware.headroom, c.hardware.min_replicas, c.hardware.instance_sizes};
  std::optional<FleetPlan> best;
  for (std::size_t i = 0; i < table.shapes.size(); ++i) {
    const ShapeCapacity& shape = table.shapes[i];
    const double rate = shape.curve(own.time_factor) * factor;
    if (!(rate > 0)) continue;
    const auto use = economics::use_fleet(inputs.requests_per_second, rate, shape.shape.gpus, rules,
                                          basis.load, basis.committed_gpus);
    if (!use) continue;
    const FleetPlan plan{i, shape.shape, rate, *use};
    // Of fleets of one size the one that carries more.
    const auto before = [](const FleetPlan& a, const FleetPlan& b) {
      return a.gpus() != b.gpus() ? a.gpus() < b.gpus()
                                  : a.requests_per_second_per_gpu() > b.requests_per_second_per_gpu();
    };
    if (!best || before(plan, *best)) best = plan;
  }
  return best;
}

economics::GpuTerms gpu_terms(const cases::Case& c, const Basis& basis, const Inputs& inputs) {
  economics::GpuTerms terms;
  switch (c.hardware.tenure) {
    case cases::Tenure::on_demand:
      terms.on_demand = inputs.price_per_gpu_hour;
      return terms;
    case cases::Tenure::reserved:
      terms.on_demand = inputs.price_per_gpu_hour;
      terms.committed = inputs.reserved_price_per_gpu_hour;
      break;
    case cases::Tenure::owned:
      terms.owned = true;
      terms.committed = economics::capital_per_hour(inputs.owned, c.money.discount_rate);
      terms.power = economics::power_per_hour(inputs.owned);
      break;
  }
  terms.committed_gpus = basis.committed_gpus;
  terms.committed_months = c.hardware.committed_months;
  return terms;
}

}  // namespace bitworth::decision
