#pragma once

#include <string>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/decide.hpp"
#include "bitworth/report/screen.hpp"

namespace bitworth::report {

/// The decision on one screen, about 40 lines with a handful of options: what is asked, the options one a
/// line, why, what would change the answer, and the verdict last. With charts and colours where the screen
/// has them.
std::string summary_text(const cases::Case&, const decision::Decision&, const Screen&);

}  // namespace bitworth::report
