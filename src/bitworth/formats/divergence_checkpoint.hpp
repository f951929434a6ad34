#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/quality/divergence_scores.hpp"

namespace bitworth::formats {

/// The scores of one context as a line of JSON, without its end: about 25 bytes a token. Every number keeps
/// all its bits, so summaries of what is read back are the same bytes.
std::string to_json_line(const quality::ContextScores&);

/// Reads such a line. Fails: not one, or its numbers cannot be of one context (counts that do not add up,
/// values that are not finite).
Result<quality::ContextScores> read_context_scores(std::string_view line, const std::string& file_name,
                                                   std::uint32_t line_number = 0);

/// All whole lines of a checkpoint. What follows the last line end was cut off by the end of the run and is
/// left out; everything before must be right: contexts 0, 1, 2, ... in one mode.
Result<std::vector<quality::ContextScores>> read_divergence_checkpoint(std::string_view text,
                                                                       const std::string& file_name);

}  // namespace bitworth::formats
