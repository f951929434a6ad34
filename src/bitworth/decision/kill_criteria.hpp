#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/break_evens.hpp"
#include "bitworth/decision/inputs.hpp"

namespace bitworth::decision {

/// Something to watch while an option is rolled out, and the value from which to roll it back.
struct KillCriterion {
  std::string watch;            ///< "speed-up per GPU"
  std::optional<double> limit;  ///< in the unit of the text; absent: the text says why
  std::string text;
};

/// `error_price`: dollars a wrong answer may cost until the saving is eaten; absent: nothing is saved, or no
/// error more is expected.
std::vector<KillCriterion> kill_criteria(const cases::Case&, const std::vector<BreakEven>&,
                                         std::optional<double> payback_months,
                                         std::optional<double> error_price);

/// Dollars per error at which errors cost what the option saves: saving / (requests x loss).
std::optional<double> break_even_error_price(const Inputs&, std::size_t option,
                                             double dollars_saved_per_month);

}  // namespace bitworth::decision
