#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/decide.hpp"

namespace bitworth::report {

/// What the page draws besides the decision itself: speed-up against batch and context with its crossovers,
/// and the steps of each option under the device's roofline. At the medians of all inputs; base units.
/// Schema: docs/schema/page.json.
nlohmann::ordered_json charts_json(const cases::Case&, const decision::Decision&);

}  // namespace bitworth::report
