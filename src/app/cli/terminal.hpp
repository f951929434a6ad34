#pragma once

#include "bitworth/report/screen.hpp"

namespace bitworth::cli {

/// What stdout shows: where it is a terminal, charts unless its locale names another charset than UTF-8, and
/// colours unless NO_COLOR is set (no-color.org); where it is not, or TERM is dumb, plain text.
report::Screen screen_of_stdout();

}  // namespace bitworth::cli
