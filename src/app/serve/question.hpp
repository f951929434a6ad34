#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/case.hpp"
#include "bitworth/decision/decide.hpp"
#include "bitworth/formats/case_edit.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth::serve {

/// What a client wants decided.
struct Question {
  std::string case_toml;  ///< with the changes made
  cases::Case asked;
  int draws = decision::DecideSettings().draws;
  std::uint64_t seed = 1;
};

inline constexpr int fewest_draws = 100;
inline const int usual_draws = decision::DecideSettings().draws;

/// Reads {"case_toml", "changes": {key: value}, "draws", "seed"}; every key may be absent. The case may not
/// name files. Fails: every problem of the request, or of the case.
std::expected<Question, Problems> read_question(std::string_view json, const std::string& default_case,
                                                const formats::Catalog&, int most_draws);

}  // namespace bitworth::serve
