#pragma once

#include <optional>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/capacity_table.hpp"

namespace bitworth::decision {

/// A case whose capacities were simulated.
struct KnownCapacities {
  const cases::Case& c;
  const CapacityTables& tables;
  /// How far they were carried over since other GPUs per replica and other settings were tried.
  double reach = 1;
};

/// How far a case is from another in lengths and in the engine's sequences: the largest ratio of its prompts,
/// answers and sequences, at least 1.
double distance(const cases::Case& a, const cases::Case& b);

/// How many options, the baseline among them, run on another device or in another scheme than before.
/// Assumes: there are as many of them.
int replaced_options(const cases::Case& before, const cases::Case& now);

/// Up to here the closed form alone is enough.
inline constexpr double nearby = 1.15;
/// From here on other numbers of GPUs per replica and other settings may serve best.
inline constexpr double far_away = 2;

/// About the capacities of a case that differs from a known one in lengths, sequences, devices and schemes
/// alone, in a small part of the time that simulating them takes (how near: docs/page.md). What each replica
/// carried, times what the closed form says that the change does to it; farther than nearby, an option's best
/// replica is then simulated in the shape that it had, and the others follow it; far away, of another device
/// or scheme, or where an option was not served, other shapes are tried too. Absent: the known ones were not
/// simulated, or these would not be.
std::optional<CapacityTables> carried_over(const KnownCapacities&, const cases::Case& to);

}  // namespace bitworth::decision
