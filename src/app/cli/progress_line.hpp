#pragma once

#include "bitworth/measure/settings.hpp"

namespace bitworth::cli {

/// Shows on stderr where a long run stands: one line with a bar, drawn again and again, on a terminal;
/// elsewhere nothing but what is announced.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const measure::Progress&);
  void announce(const std::string& line);

 private:
  void clear();

  bool terminal_;
  bool shown_ = false;
  double last_ = -1;  // seconds at which it was drawn
  std::string what_;
};

}  // namespace bitworth::cli
