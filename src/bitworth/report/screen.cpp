#include "bitworth/report/screen.hpp"

namespace bitworth::report {

std::string inked(const std::string& text, Ink ink, const Screen& screen) {
  static constexpr const char* codes[] = {"1", "2", "1;32", "1;33", "1;31"};
  if (!screen.colour || text.empty()) return text;
  return std::string("\x1b[") + codes[static_cast<std::size_t>(ink)] + "m" + text + "\x1b[0m";
}

}  // namespace bitworth::report
