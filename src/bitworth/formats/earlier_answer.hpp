#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "bitworth/base/error.hpp"

namespace bitworth::formats {

/// What `decide --json` printed before. Fails: no such file, or not such an answer.
Result<nlohmann::ordered_json> read_earlier_answer(const std::string& path);

}  // namespace bitworth::formats
