#include "bitworth/decision/fleet_uses.hpp"

#include <cmath>

namespace bitworth::decision {
namespace {

// Cells a factor of 2^(1/256) apart, up to what economics::replicas_needed() tells apart: loads over a week
// from a thousandth of a replica on, flat ones from most_replicas on.
constexpr double cells_per_doubling = 256;
constexpr double smallest_load = 1e-3;
constexpr std::size_t load_cells = 34 * 256, cells_of_many = 11 * 256;

std::size_t cell_above(double least, double load, std::size_t cells) {
  const double at = std::log2(std::max(load, least) / least) * cells_per_doubling;
  return static_cast<std::size_t>(std::min(at, static_cast<double>(cells - 1)));
}

double middle_of_cell(double least, std::size_t cell) {
  return least * std::exp2((static_cast<double>(cell) + 0.5) / cells_per_doubling);
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
  const std::size_t cells = flat_ ? static_cast<std::size_t>(most_replicas) + cells_of_many : load_cells;
  rows_.push_back(std::make_unique<Row>(gpus, committed_gpus, std::vector<economics::FleetUse>(cells)));
  return rows_.back().get();
}

std::size_t FleetUses::cell_of_many(double replicas) {
  return most_replicas + cell_above(most_replicas, replicas, cells_of_many);
}

std::size_t FleetUses::cell_over_a_week(double replicas_filled) {
  return cell_above(smallest_load, replicas_filled, load_cells);
}

double FleetUses::load_of_cell(std::size_t cell) const {
  if (!flat_) return middle_of_cell(smallest_load, cell);
  // Just inside the load that needs so many replicas.
  if (cell < most_replicas) return (static_cast<double>(cell) + 0.5) / per_replica_;
  return middle_of_cell(most_replicas, cell - most_replicas) / per_replica_;
}

void FleetUses::plan(Row& row, std::size_t cell) const {
  row.uses[cell] = economics::use_fleet(load_of_cell(cell), 1, row.gpus, rules_, load_, row.committed_gpus)
                       .value_or(economics::FleetUse());
}

}  // namespace bitworth::decision
