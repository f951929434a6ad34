#include "bitworth/report/page_json.hpp"

#include <nlohmann/json.hpp>

#include "bitworth/report/charts_json.hpp"
#include "bitworth/report/decision_json.hpp"
#include "bitworth/report/json_object.hpp"
#include "bitworth/report/worth_text.hpp"

namespace bitworth::report {

nlohmann::ordered_json page_json(const cases::Case& c, const decision::Decision& decision, int draws,
                                 std::string_view case_toml, std::string_view version) {
  const auto [advice, because] = conclusion(c, decision);
  return object({{"schema", "bitworth.page"},
                 {"schema_version", 1},
                 {"version", version},
                 {"case_toml", case_toml},
                 {"draws", draws},
                 {"conclusion", object({{"advice", advice}, {"because", because}})},
                 {"decision", to_json(c, decision)},
                 {"charts", charts_json(c, decision)}});
}

}  // namespace bitworth::report
