#include "bitworth/decision/fleet_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace bitworth::decision {
namespace {

constexpr std::size_t rate_steps = 1024;
// Flat loads: so many replicas are told apart one by one, and then a fleet is in proportion.
constexpr std::size_t most_replicas = 8192;
// Loads over a week: cells a factor of 2^(1/256) apart, from a thousandth of a replica to ten thousand.
constexpr double smallest_load = 1e-3;
constexpr double cells_per_doubling = 256;
constexpr std::size_t load_cells = 6000;

double load_of_cell(std::size_t cell) {
  return smallest_load * std::exp2((static_cast<double>(cell) + 0.5) / cells_per_doubling);
}

}  // namespace

FleetTable::FleetTable(const cases::Case& c, const Basis& basis, std::size_t option, int committed_gpus,
                       double sigma) {
  const double reach = std::exp(std::max(5 * sigma, 0.05));
  lowest_ = 1 / reach;
  steps_per_factor_ = static_cast<double>(rate_steps) / (reach - lowest_);
  flat_ = basis.load.levels.size() == 1;
  per_replica_ = basis.load.peak() / c.hardware.headroom;
  ceiling_ = c.judgement.fleet_ceiling;
  if (!c.hardware.instance_sizes.empty()) largest_instance_ = c.hardware.instance_sizes.back();
  for (const ShapeCapacity& capacity : basis.table(option).shapes) {
    Shape shape = tabulate(c, basis, capacity, committed_gpus);
    if (!shape.uses.empty()) shapes_.push_back(std::move(shape));
  }
}

FleetTable::Shape FleetTable::tabulate(const cases::Case& c, const Basis& basis,
                                       const ShapeCapacity& capacity, int committed_gpus) const {
  Shape shape;
  shape.gpus = capacity.shape.gpus;
  shape.rate_at_medians = capacity.curve(1);
  for (std::size_t i = 0; i <= rate_steps; ++i) {
    const double factor = lowest_ + static_cast<double>(i) / steps_per_factor_;
    shape.rates.push_back(capacity.curve(factor));
    if (shape.rates.back() > 0) shape.largest_time_factor = factor;
  }
  const economics::FleetRules rules{c.hardware.headroom, c.hardware.min_replicas, c.hardware.instance_sizes};
  const std::size_t cells = flat_ ? most_replicas : load_cells;
  for (std::size_t i = 0; i < cells; ++i) {
    // Just inside the load that needs so many replicas.
    const double load = flat_ ? (static_cast<double>(i) + 0.5) / per_replica_ : load_of_cell(i);
    const auto use = economics::use_fleet(load, 1, shape.gpus, rules, basis.load, committed_gpus);
    if (!use) return {};
    shape.uses.push_back(*use);
  }
  return shape;
}

double FleetTable::rate(const Shape& shape, double time_factor) const {
  if (time_factor > shape.largest_time_factor) return 0;
  if (time_factor <= lowest_) return shape.rates.front() * lowest_ / time_factor;
  const double at = (time_factor - lowest_) * steps_per_factor_;
  // Signed conversions are one instruction, unsigned ones are several.
  const auto whole = std::min(static_cast<std::int64_t>(at), static_cast<std::int64_t>(rate_steps) - 1);
  const double share = at - static_cast<double>(whole);
  const auto below = static_cast<std::size_t>(whole);
  const double high = shape.rates[below + 1];
  return high > 0 ? shape.rates[below] + share * (high - shape.rates[below]) : shape.rates[below];
}

std::size_t FleetTable::cell(double load) const {
  if (flat_) {
    const double needed = std::min(load * per_replica_, static_cast<double>(most_replicas));
    const auto whole = static_cast<std::int64_t>(needed);
    const std::int64_t replicas = static_cast<double>(whole) < needed ? whole + 1 : whole;
    return static_cast<std::size_t>(std::max<std::int64_t>(replicas, 1) - 1);
  }
  const double at = std::log2(std::max(load, smallest_load) / smallest_load) * cells_per_doubling;
  return std::min(static_cast<std::size_t>(at), load_cells - 1);
}

void FleetTable::take(double time_factor, double rate_factor) {
  is_near_ceiling_ = false;
  for (Shape& shape : shapes_) {
    shape.capacity = rate(shape, time_factor) * rate_factor;
    shape.nominal = shape.rate_at_medians * rate_factor;
    shape.replicas_per_request = shape.capacity > 0 ? 1 / shape.capacity : 0;
    is_near_ceiling_ = is_near_ceiling_ || shape.capacity * ceiling_ < shape.nominal;
  }
}

bool FleetTable::beyond_ceiling(int gpus, double requests_per_second) const {
  if (gpus <= largest_instance_) return false;
  int fewest = 0;
  for (const Shape& shape : shapes_) {
    if (!(shape.nominal > 0)) continue;
    const int needed = shape.uses[cell(requests_per_second / shape.nominal)].peak.gpus();
    if (fewest == 0 || needed < fewest) fewest = needed;
  }
  return fewest > 0 && gpus > ceiling_ * fewest;
}

FleetTable::Found FleetTable::at(double requests_per_second) const {
  Found best;
  for (const Shape& shape : shapes_) {
    if (!(shape.capacity > 0)) continue;
    const economics::FleetUse& use = shape.uses[cell(requests_per_second * shape.replicas_per_request)];
    const double per_gpu = shape.capacity / shape.gpus;
    // Of fleets of one size the one that carries more, as plan_fleet() has it.
    if (best.use == nullptr || use.peak.gpus() < best.use->peak.gpus() ||
        (use.peak.gpus() == best.use->peak.gpus() && per_gpu > best.requests_per_second_per_gpu))
      best = {&use, per_gpu};
  }
  // No replica that carries a share of its usual rate makes a fleet that many times as large.
  if (is_near_ceiling_ && best.use != nullptr && beyond_ceiling(best.use->peak.gpus(), requests_per_second))
    return {};
  return best;
}

}  // namespace bitworth::decision
