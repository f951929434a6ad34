#pragma once

#include <nlohmann/json.hpp>

#include "bitworth/cases/evidence.hpp"

namespace bitworth::report {

/// The evidence file (docs/formats/evidence.md, docs/schema/evidence.json): every sample, and what follows of
/// them.
nlohmann::ordered_json to_json(const cases::Evidence&);

}  // namespace bitworth::report
