#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/fleet_plan.hpp"
#include "bitworth/decision/inputs.hpp"

namespace bitworth::decision {

/// What would turn the option's point answer (worth more or less than nothing) around.
struct Flip {
  std::string input;  ///< "load", "GPU price", "engineering hours", "quality margin"
  double now = 0;
  std::optional<double> at;  ///< absent: not reached in the range searched
  std::string text;          ///< the same in words
};

/// The flips of one option, each input moved alone with the others at their medians.
std::vector<Flip> find_flips(const cases::Case&, const Basis&, const Inputs& medians, std::size_t option);

}  // namespace bitworth::decision
