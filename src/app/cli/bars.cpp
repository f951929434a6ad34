#include "app/cli/bars.hpp"

#include <algorithm>

namespace bitworth::cli {

std::string bars(std::span<const double> values) {
  static constexpr const char* heights[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  double highest = 0;
  for (const double value : values) highest = std::max(highest, value);
  std::string text;
  for (const double value : values) {
    const double level = highest > 0 ? value / highest * 8 : 0;
    text += heights[static_cast<std::size_t>(std::clamp(level + 0.5, 0.0, 8.0))];
  }
  return text;
}

}  // namespace bitworth::cli
