#include "app/cli/progress_line.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "bitworth/base/text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

ProgressLine::ProgressLine() {
  const char* kind = std::getenv("TERM");
  terminal_ = ::isatty(STDERR_FILENO) == 1 && kind != nullptr && std::string(kind) != "dumb";
}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::show(const measure::Progress& progress) {
  constexpr double redraw_seconds = 0.1;
  constexpr int width = 24;
  const double now = seconds_now();
  if (!terminal_ || (progress.what == what_ && now - last_ < redraw_seconds)) return;
  const int full = static_cast<int>(std::clamp(progress.share, 0.0, 1.0) * width);
  std::string line = format("\r\x1b[K{:#<{}}{:.<{}} {}", "", full, "", width - full, progress.what);
  if (progress.left) line += format(", about {} left", to_text(*progress.left));
  std::cerr << line << std::flush;
  shown_ = true;
  last_ = now;
  what_ = progress.what;
}

void ProgressLine::announce(const std::string& line) {
  clear();
  std::cerr << line << std::endl;
}

void ProgressLine::clear() {
  if (shown_) std::cerr << "\r\x1b[K" << std::flush;
  shown_ = false;
}

}  // namespace bitworth::cli
