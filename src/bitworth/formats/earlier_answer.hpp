#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "bitworth/base/error.hpp"

namespace bitworth::formats {

/// What `decide --json` printed before. Fails: no such file, or not such an answer, or of another version of
/// the schema, or without what two answers are compared by.
Result<nlohmann::ordered_json> read_earlier_answer(const std::string& path, int schema_version);

/// The same from its text; `path` is for messages.
Result<nlohmann::ordered_json> earlier_answer(const std::string& text, const std::string& path,
                                              int schema_version);

}  // namespace bitworth::formats
