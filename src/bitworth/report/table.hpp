#pragma once

#include <string>
#include <vector>

namespace bitworth::report {

/// Rows of cells as aligned text: the first column flush left, the others flush right, two spaces between.
/// Rows may be shorter than the first. Widths count characters, not bytes.
std::string table(const std::vector<std::vector<std::string>>& rows, const std::string& indent = "");

/// Characters a terminal shows for the UTF-8 text. Assumes: no wide or combining characters.
std::size_t shown_width(const std::string& text);

/// The text broken at spaces into lines of at most that width, each but the first behind the indent; the
/// text's own leading spaces stay.
std::string wrapped(const std::string& text, std::size_t width, const std::string& indent);

}  // namespace bitworth::report
