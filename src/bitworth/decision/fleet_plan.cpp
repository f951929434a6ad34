#include "bitworth/decision/fleet_plan.hpp"

#include <cmath>

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

const CapacityTable& Basis::table(std::size_t option) const {
  return option == baseline_index ? capacities.baseline : capacities.options[option];
}

Basis prepare(const cases::Case& c, const CapacitySettings& settings) {
  Basis basis{tabulate_capacities(c, settings), load_curve(c), 0};
  basis.committed_gpus = committed_gpus(c, basis);
  return basis;
}

std::optional<FleetPlan> plan_fleet(const cases::Case& c, const Basis& basis, const Inputs& inputs,
                                    std::size_t option) {
  const CapacityTable& table = basis.table(option);
  const OptionInputs& own = option == baseline_index ? inputs.baseline : inputs.options[option];
  const double error =
      std::exp(basis.capacities.common_error * inputs.traffic_score + table.own_error * own.capacity_score);
  const economics::FleetRules rules{c.hardware.headroom, c.hardware.min_replicas, c.hardware.instance_sizes};
  std::optional<FleetPlan> best;
  for (std::size_t i = 0; i < table.shapes.size(); ++i) {
    const ShapeCapacity& shape = table.shapes[i];
    const double rate = shape.curve(own.time_factor) * error;
    if (!(rate > 0)) continue;
    const auto use = economics::use_fleet(inputs.requests_per_second, rate, shape.shape.gpus, rules,
                                          basis.load, basis.committed_gpus);
    if (use && (!best || use->peak.gpus() < best->gpus())) best = FleetPlan{i, shape.shape, rate, *use};
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
