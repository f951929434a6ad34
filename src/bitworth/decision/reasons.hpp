#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bitworth/decision/decide.hpp"

namespace bitworth::decision {

/// Why the option's verdict is what it is, as plain sentences made from the same values; the weightiest
/// first.
std::vector<std::string> option_reasons(const cases::Case&, const Operation& baseline, const cases::Option&,
                                        const OptionDecision&);

/// What a GO hangs on at the edge of the SLO: a load test. Absent: nothing.
std::optional<std::string> edge_condition(const cases::Case&, const cases::Option&, const OptionDecision&);

/// Why the case's verdict is what it is.
std::vector<std::string> case_reasons(const cases::Case&, const Decision&);

}  // namespace bitworth::decision
