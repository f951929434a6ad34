#pragma once

#include <string>

#include "bitworth/cases/case.hpp"

namespace bitworth::report {

/// What is asked: the model, where it runs, its traffic and terms; ends with an empty line.
std::string header_text(const cases::Case&);

}  // namespace bitworth::report
