#pragma once

#include <optional>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/capacity_table.hpp"

namespace bitworth::decision {

/// A case whose capacities were simulated.
struct KnownCapacities {
  const cases::Case& c;
  const CapacityTables& tables;
};

/// How far a case is from another that differs in lengths and in the engine's sequences alone: the largest
/// ratio of its prompts, answers and sequences, at least 1.
double distance(const cases::Case& a, const cases::Case& b);

/// Up to here most capacities are within a tenth of simulated ones (docs/page.md); at half as much again they
/// are off by up to a quarter.
inline constexpr double farthest_carried = 1.25;

/// The capacities of a case near a known one, as distance() has it, in a thousandth of the time that
/// simulating them takes: what each replica carried, times what the closed form says that the change does to
/// it. Absent: too far, or one of the two cases is served where the other is not.
std::optional<CapacityTables> carried_over(const KnownCapacities&, const cases::Case& to);

}  // namespace bitworth::decision
