#include "bitworth/decision/fleet_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace bitworth::decision {
namespace {

constexpr std::size_t rate_steps = 1024;

}  // namespace

FleetTable::FleetTable(const cases::Case& c, FleetUses& uses, const CapacityTable& capacities,
                       int committed_gpus, double sigma)
    : uses_(&uses) {
  const double reach = std::exp(std::max(5 * sigma, 0.05));
  lowest_ = 1 / reach;
  steps_per_factor_ = static_cast<double>(rate_steps) / (reach - lowest_);
  ceiling_ = c.judgement.fleet_ceiling;
  if (!c.hardware.instance_sizes.empty()) largest_instance_ = c.hardware.instance_sizes.back();
  for (const ShapeCapacity& capacity : capacities.shapes) {
    Shape shape{uses.row(capacity.shape.gpus, committed_gpus), capacity.curve(1)};
    if (shape.row == nullptr) continue;
    for (std::size_t i = 0; i <= rate_steps; ++i) {
      const double factor = lowest_ + static_cast<double>(i) / steps_per_factor_;
      shape.rates.push_back(capacity.curve(factor));
      if (shape.rates.back() > 0) shape.largest_time_factor = factor;
    }
    shapes_.push_back(std::move(shape));
  }
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

void FleetTable::take(double time_factor, double rate_factor) {
  is_near_ceiling_ = false;
  for (Shape& shape : shapes_) {
    shape.capacity = rate(shape, time_factor) * rate_factor;
    shape.per_gpu = shape.capacity / shape.row->gpus;
    shape.replicas_per_request = shape.capacity > 0 ? 1 / shape.capacity : 0;
    shape.nominal = shape.rate_at_medians * rate_factor;
    is_near_ceiling_ = is_near_ceiling_ || shape.capacity * ceiling_ < shape.nominal;
  }
}

bool FleetTable::beyond_ceiling(int gpus, double requests_per_second) {
  if (gpus <= largest_instance_) return false;
  int fewest = 0;
  for (const Shape& shape : shapes_) {
    if (!(shape.nominal > 0)) continue;
    const int needed = uses_->at(*shape.row, requests_per_second / shape.nominal).peak.gpus();
    if (fewest == 0 || needed < fewest) fewest = needed;
  }
  return fewest > 0 && gpus > ceiling_ * fewest;
}

}  // namespace bitworth::decision
