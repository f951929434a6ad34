#pragma once

#include <string>

#include "bitworth/cases/case.hpp"

namespace bitworth::cli {

/// Reads the case file against the built-in catalog. Throws Failure with every problem.
cases::Case read_case_argument(const std::string& path);

}  // namespace bitworth::cli
