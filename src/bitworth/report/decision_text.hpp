#pragma once

#include <string>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/decide.hpp"

namespace bitworth::report {

/// The decision for a terminal: the options side by side, why, what would change it, and the verdict last.
std::string to_text(const cases::Case&, const decision::Decision&);

}  // namespace bitworth::report
