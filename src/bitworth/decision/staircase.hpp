#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bitworth/decision/fleet_plan.hpp"

namespace bitworth::decision {

/// A fleet over the load, all else at the medians: it is constant between its steps.
struct Staircase {
  struct Step {
    double requests_per_second = 0;  ///< mean load above which the fleet is this one
    int gpus = 0;                    ///< at the peak
    double dollars_per_month = 0;    ///< 0 without a price; once any commitment has ended
  };
  std::vector<Step> steps;  ///< by load; the first is at the lowest load looked at. Empty: it cannot serve
  double up_to = 0;         ///< the load at which it ends
  bool exact = true;        ///< false: so many steps that some were passed over

  /// The step that carries that load. Assumes: not empty; the load lies within it.
  const Step& at(double requests_per_second) const;

  /// Leaves out what lies above that load.
  void cut(double requests_per_second);
};

/// From 0.05 to 20 times the case's load.
Staircase fleet_staircase(const cases::Case&, const Basis&, const Inputs& medians, std::size_t option);

/// What an option saves over the load: GPUs and dollars a month of the baseline's staircase less its own.
struct SavingChange {
  double requests_per_second = 0;  ///< from just above it on
  int gpus_saved = 0;
  double dollars_saved_per_month = 0;
};

/// Where the saving changes, by load; the first is at the lowest load of both. Empty: one cannot serve.
std::vector<SavingChange> saving_staircase(const Staircase& baseline, const Staircase& option);

/// The nearest loads at which a saving appears or vanishes.
struct SavingTurn {
  SavingChange now;
  std::optional<SavingChange> below;  ///< the last one below today's load with the other answer
  double below_until = 0;             ///< it holds up to that load
  std::optional<SavingChange> above;  ///< the first one above
  std::string text;                   ///< the same in words
};

/// Absent: nothing to compare.
std::optional<SavingTurn> saving_turn(const std::vector<SavingChange>& changes, double requests_per_second,
                                      double up_to);

}  // namespace bitworth::decision
