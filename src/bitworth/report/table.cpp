#include "bitworth/report/table.hpp"

#include <algorithm>

namespace bitworth::report {

std::size_t shown_width(const std::string& text) {
  std::size_t width = 0;
  bool escaped = false;
  for (const char c : text) {
    if (c == '\x1b') escaped = true;
    // UTF-8 continuation bytes show nothing of their own.
    if (!escaped && (c & 0xC0) != 0x80) ++width;
    if (c == 'm') escaped = false;
  }
  return width;
}

std::string table(const std::vector<std::vector<std::string>>& rows, const std::string& indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], shown_width(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - shown_width(row[i]), ' ');
      line += (i == 0 ? "" : "  ") + (i == 0 ? row[i] + padding : padding + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string wrapped(const std::string& text, std::size_t width, const std::string& indent) {
  std::size_t start = std::min(text.find_first_not_of(' '), text.size());
  std::string result, line = text.substr(0, start);
  bool bare = true;  // the line holds nothing but its indent
  while (start < text.size()) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::string word = text.substr(start, end - start);
    if (!bare && shown_width(line) + 1 + shown_width(word) > width) {
      result += line + '\n';
      line = indent;
      bare = true;
    }
    line += (bare ? "" : " ") + word;
    bare = false;
    start = end + 1;
  }
  return result + line + '\n';
}

std::string bulleted(const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  std::string text = title + "\n";
  for (const std::string& line : lines) text += "  - " + wrapped(line, page_width - 4, "    ");
  return text + "\n";
}

}  // namespace bitworth::report
