#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bitworth/quality/assess.hpp"
#include "bitworth/quality/divergence.hpp"

namespace bitworth::report {

/// The tests of an option's outcomes; shares of 1, losses positive where worse.
nlohmann::ordered_json to_json(const quality::Assessment&, const quality::Plan&);
nlohmann::ordered_json to_json(const quality::Screening&, const cases::Divergence&);

}  // namespace bitworth::report
