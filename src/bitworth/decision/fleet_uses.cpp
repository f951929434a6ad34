#include "bitworth/decision/fleet_uses.hpp"

#include <cmath>

namespace bitworth::decision {
namespace {

// Loads over a week: cells a factor of 2^(1/256) apart, from a thousandth of a replica to ten thousand.
constexpr double smallest_load = 1e-3;
constexpr double cells_per_doubling = 256;
constexpr std::size_t load_cells = 6000;

double load_of_cell(std::size_t cell) {
  return smallest_load * std::exp2((static_cast<double>(cell) + 0.5) / cells_per_doubling);
}

}  // namespace

FleetUses::FleetUses(const cases::Case& c, const Basis& basis)
    : load_(basis.load),
      rules_{c.hardware.headroom, c.hardware.min_replicas, c.hardware.instance_sizes},
      flat_(basis.load.levels.size() == 1),
      per_replica_(basis.load.peak() / c.hardware.headroom) {}

FleetUses::Row* FleetUses::row(int gpus, int committed_gpus) {
  for (const auto& row : rows_) {
    if (row->gpus == gpus && row->committed_gpus == committed_gpus) return row.get();
  }
  if (!economics::rent(1, gpus, rules_.instance_sizes)) return nullptr;
  const std::size_t cells = flat_ ? static_cast<std::size_t>(most_replicas) : load_cells;
  rows_.push_back(std::make_unique<Row>(gpus, committed_gpus, std::vector<economics::FleetUse>(cells)));
  return rows_.back().get();
}

std::size_t FleetUses::cell_over_a_week(double replicas_filled) {
  const double at = std::log2(std::max(replicas_filled, smallest_load) / smallest_load) * cells_per_doubling;
  return std::min(static_cast<std::size_t>(at), load_cells - 1);
}

void FleetUses::plan(Row& row, std::size_t cell) const {
  // Where flat, just inside the load that needs so many replicas.
  const double load = flat_ ? (static_cast<double>(cell) + 0.5) / per_replica_ : load_of_cell(cell);
  row.uses[cell] = economics::use_fleet(load, 1, row.gpus, rules_, load_, row.committed_gpus)
                       .value_or(economics::FleetUse());
}

}  // namespace bitworth::decision
