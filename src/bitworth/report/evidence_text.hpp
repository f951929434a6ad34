#pragma once

#include <string>

#include "bitworth/cases/evidence.hpp"

namespace bitworth::report {

/// What was measured, for people: speeds of the baseline, and how many times as fast the others are.
std::string to_text(const cases::Evidence&);

/// What was probed of the machine, for people.
std::string machine_text(const cases::Evidence&);

}  // namespace bitworth::report
