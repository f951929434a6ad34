#pragma once

#include <cstddef>
#include <string>

namespace bitworth::report {

/// What the reader of a text can be shown. The default is a file or a pipe: plain words and figures.
struct Screen {
  bool unicode = false;  ///< bars and charts
  bool colour = false;
  std::size_t columns = 100;
};

enum class Ink { bold, dim, green, yellow, red };

/// The text in that ink, where the screen has colours.
std::string inked(const std::string& text, Ink, const Screen&);

}  // namespace bitworth::report
