#pragma once

#include <string>

#include "bitworth/decision/decide.hpp"

namespace bitworth::report {

/// How every figure of the money comes about, option by option: inputs with their intervals and origins, the
/// terms of what is spent, the months, and how the verdict follows.
std::string explained(const cases::Case&, const decision::Decision&);

}  // namespace bitworth::report
