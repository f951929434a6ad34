#pragma once

#include <string>

#include "bitworth/cases/quality_evidence.hpp"
#include "bitworth/quality/assess.hpp"
#include "bitworth/quality/divergence.hpp"

namespace bitworth::report {

/// The tests as a table, one slice a line, then what they come to.
std::string to_text(const quality::Assessment&, const quality::Plan&);

/// The divergence, and whether it rejects.
std::string to_text(const quality::Screening&, const cases::Divergence&);

}  // namespace bitworth::report
