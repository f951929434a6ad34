#include "app/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace bitworth::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// A locale without a charset, or none at all, says nothing of the terminal, and terminals know UTF-8.
bool shows_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = environment(name);
    if (locale.empty()) continue;
    const std::size_t dot = locale.find('.');
    if (dot == std::string::npos) return true;
    const std::string charset = locale.substr(dot + 1);
    return charset.starts_with("UTF") || charset.starts_with("utf");
  }
  return true;
}

}  // namespace

report::Screen screen_of_stdout() {
  report::Screen screen;
  const std::string kind = environment("TERM");
  if (::isatty(STDOUT_FILENO) != 1 || kind.empty() || kind == "dumb") return screen;
  screen.unicode = shows_utf8() && kind != "linux";
  screen.colour = environment("NO_COLOR").empty();
  winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) screen.columns = size.ws_col;
  return screen;
}

}  // namespace bitworth::cli
