#pragma once

#include <string>
#include <vector>

namespace bitworth::report {

/// Rows of cells as aligned text: the first column flush left, the others flush right, two spaces between.
/// Rows may be shorter than the first. Widths count characters, not bytes.
std::string table(const std::vector<std::vector<std::string>>& rows, const std::string& indent = "");

/// How wide a page of text is, in characters.
inline constexpr std::size_t page_width = 100;

/// A title and a list under it; ends with an empty line, or is empty where there is nothing to list.
std::string bulleted(const std::string& title, const std::vector<std::string>& lines);

/// Characters a terminal shows for the UTF-8 text. Escape sequences of colours take
/// no place. Assumes: no wide or combining characters.
std::size_t shown_width(const std::string& text);

/// The text broken at spaces into lines of at most that width, each but the first behind the indent; the
/// text's own leading spaces stay.
std::string wrapped(const std::string& text, std::size_t width, const std::string& indent);

}  // namespace bitworth::report
