#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/fleet_plan.hpp"

namespace bitworth::decision {

/// The fleets of a case by GPUs per replica and by load, whatever serves on them. A load is told by the
/// replicas that it fills, so all options share them. Each is planned when it is first asked for: draws ask
/// for few. Not for several threads at once. Assumes: case and basis outlive it.
class FleetUses {
 public:
  /// Those of replicas of one size, beyond so many committed GPUs.
  struct Row {
    int gpus = 1;
    int committed_gpus = 0;
    std::vector<economics::FleetUse> uses;  // by cell; without instances: not planned yet
  };

  FleetUses(const cases::Case&, const Basis&);
  FleetUses(const FleetUses&) = delete;

  /// Null: no instance holds such a replica. Stays where it is.
  Row* row(int gpus, int committed_gpus);

  /// The fleet for a load that fills so many replicas, within the width of a cell. Costs some nanoseconds.
  const economics::FleetUse& at(Row& row, double replicas_filled) {
    const std::size_t i = cell(replicas_filled);
    economics::FleetUse& use = row.uses[i];
    if (use.peak.instances == 0) plan(row, i);
    return use;
  }

 private:
  // Flat loads: so many replicas are told apart one by one, more by cells as those of a week.
  static constexpr std::size_t most_replicas = 8192;

  std::size_t cell(double replicas_filled) const {
    if (!flat_) return cell_over_a_week(replicas_filled);
    const double needed = replicas_filled * per_replica_;
    if (needed > most_replicas) return cell_of_many(needed);
    // Signed conversions are one instruction, unsigned ones are several.
    const auto whole = static_cast<std::int64_t>(needed);
    const std::int64_t replicas = static_cast<double>(whole) < needed ? whole + 1 : whole;
    return static_cast<std::size_t>(std::max<std::int64_t>(replicas, 1) - 1);
  }
  static std::size_t cell_of_many(double replicas);
  static std::size_t cell_over_a_week(double replicas_filled);
  double load_of_cell(std::size_t) const;
  void plan(Row&, std::size_t cell) const;

  const economics::LoadCurve& load_;
  economics::FleetRules rules_;
  bool flat_ = true;        // one level of load: cells are numbers of replicas
  double per_replica_ = 1;  // replicas for a load that fills one, where flat
  std::vector<std::unique_ptr<Row>> rows_;
};

}  // namespace bitworth::decision
