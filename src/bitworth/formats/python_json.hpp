#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace bitworth::formats {

/// Parses JSON as Python's json.dumps writes it: bare NaN, Infinity and -Infinity become null. The text
/// begins on that line of its file. Throws InputFailure: not JSON, with line and column; nested more than 32
/// deep.
nlohmann::json parse_python_json(std::string_view text, const std::string& file_name,
                                 std::uint64_t first_line = 1);

}  // namespace bitworth::formats
