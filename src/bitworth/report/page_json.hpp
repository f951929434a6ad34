#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/decide.hpp"

namespace bitworth::report {

/// All that the page is drawn from: the decision as `decide --json` prints it, the charts, and the text of
/// the case. Schema: docs/schema/page.json.
nlohmann::ordered_json page_json(const cases::Case&, const decision::Decision&, int draws,
                                 std::string_view case_toml, std::string_view version);

}  // namespace bitworth::report
