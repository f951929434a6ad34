#pragma once

#include <string>

#include "bitworth/cases/case.hpp"

namespace bitworth::cli {

/// Reads the case file against the built-in catalog, and what was measured into it (empty: nothing was).
/// Throws Failure with every problem.
cases::Case read_case_argument(const std::string& path, const std::string& evidence_path = "");

/// A case with its text.
struct CaseText {
  std::string toml;
  cases::Case question;
};
CaseText read_case_with_text(const std::string& path, const std::string& evidence_path = "");

}  // namespace bitworth::cli
