#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/decide.hpp"

namespace bitworth::report {

/// The decision in the schema of docs/schema/decide.json: base units only (bytes, seconds, dollars), null
/// where a figure does not exist, with the reason among the reasons.
nlohmann::ordered_json to_json(const cases::Case&, const decision::Decision&);

/// The schema's version; grows when a key is removed or changes its meaning.
inline constexpr int decision_schema_version = 1;

}  // namespace bitworth::report
