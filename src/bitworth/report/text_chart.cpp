#include "bitworth/report/text_chart.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

// Told apart without colour.
constexpr const char* marks[] = {"●", "▲", "■", "◆", "○", "△", "□", "◇"};

const char* mark(std::size_t series) {
  return marks[series % std::size(marks)];
}

/// The rows of a chart between the lowest and the highest value.
struct Scale {
  double low = 0;
  double high = 1;
  std::size_t rows = 2;

  double at(std::size_t row) const {
    return high - (high - low) * static_cast<double>(row) / static_cast<double>(rows - 1);
  }
  std::size_t row_of(double value) const {
    return static_cast<std::size_t>(
        std::lround((high - value) / (high - low) * static_cast<double>(rows - 1)));
  }
};

// From the lowest to the highest of the values and the level, in steps that put the level on a row.
Scale scale_of(std::span<const Series> series, double level, std::size_t rows) {
  double low = level, high = level;
  for (const Series& each : series) {
    for (const std::optional<double>& value : each.values) {
      low = std::min(low, value.value_or(level));
      high = std::max(high, value.value_or(level));
    }
  }
  if (high == low) high = low + 1;
  const auto steps = static_cast<double>(rows - 1);
  const double below = std::clamp(std::round((level - low) / (high - low) * steps), low < level ? 1. : 0.,
                                  high > level ? steps - 1 : steps);
  const double step =
      std::max(below > 0 ? (level - low) / below : 0, below < steps ? (high - level) / (steps - below) : 0);
  return {level - below * step, level + (steps - below) * step, rows};
}

}  // namespace

std::vector<std::string> text_chart(std::span<const std::string> columns, std::span<const Series> series,
                                    double level, std::size_t rows) {
  const Scale scale = scale_of(series, level, rows);
  const std::size_t width = std::max<std::size_t>(4, series.size() + 1);
  std::vector<std::vector<std::string>> cells(rows, std::vector<std::string>(columns.size() * width, " "));
  const std::size_t level_row = scale.row_of(level);
  std::ranges::fill(cells[level_row], "┈");
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (std::size_t at = 0; at < std::min(columns.size(), series[i].values.size()); ++at) {
      if (const auto& value = series[i].values[at]) cells[scale.row_of(*value)][at * width + i] = mark(i);
    }
  }
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < rows; ++row) {
    const bool labelled = row == 0 || row == rows - 1 || row == level_row;
    lines.push_back(format("{:>5} {}", labelled ? significant(scale.at(row), 2) + "x" : "",
                           row == level_row ? "┼" : "┤"));
    for (const std::string& cell : cells[row]) lines.back() += cell;
  }
  lines.push_back(format("{:>7}", ""));
  for (const std::string& label : columns) lines.back() += format("{:<{}}", label, width);
  return lines;
}

std::string legend(std::span<const Series> series) {
  std::string text;
  for (std::size_t i = 0; i < series.size(); ++i)
    text += format("{}{} {}", i == 0 ? "" : "  ", mark(i), series[i].name);
  return text;
}

std::string range_bar(double low, double middle, double high, double scale_low, double scale_high,
                      std::size_t width) {
  const double span = scale_high > scale_low ? scale_high - scale_low : 1;
  const auto cell = [&](double value) {
    const double at = (value - scale_low) / span * static_cast<double>(width - 1);
    return static_cast<std::size_t>(std::clamp(std::round(at), 0.0, static_cast<double>(width - 1)));
  };
  const std::size_t first = cell(std::min(low, high)), last = cell(std::max(low, high));
  std::string text;
  for (std::size_t i = 0; i < width; ++i)
    text += i == cell(middle) ? "┃" : first <= i && i <= last ? "━" : "┈";
  return text;
}

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

std::string side_by_side(const std::vector<std::string>& left, const std::vector<std::string>& right,
                         std::size_t gap) {
  std::size_t width = 0;
  for (const std::string& line : left) width = std::max(width, shown_width(line));
  std::string text;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    std::string line = i < left.size() ? left[i] : "";
    if (i < right.size() && !right[i].empty())
      line += std::string(width - shown_width(line) + gap, ' ') + right[i];
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace bitworth::report
