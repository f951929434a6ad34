#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bitworth::report {

/// One line of a chart: a value at each column, absent where there is none.
struct Series {
  std::string name;
  std::vector<std::optional<double>> values;
};

/// A chart of characters: a mark for each series at each column, the level drawn as a line across. Its lines,
/// from the top: `rows` of the plot, the columns' labels. Series share a column side by side, so that none
/// hides another. Values beyond the scale do not occur: it holds them all and the level.
std::vector<std::string> text_chart(std::span<const std::string> columns, std::span<const Series>,
                                    double level, std::size_t rows);

/// The marks of the series and their names, as one line: "● W8A8-FP8  ▲ W4A16".
std::string legend(std::span<const Series>);

/// A bar from `low` to `high` on a scale of so many characters, with a stroke at `middle`.
std::string range_bar(double low, double middle, double high, double scale_low, double scale_high,
                      std::size_t width);

/// One bar for each value, the tallest at the highest.
std::string bars(std::span<const double> values);

/// Texts side by side: the left ones filled up to the widest of them, then the gap.
std::string side_by_side(const std::vector<std::string>& left, const std::vector<std::string>& right,
                         std::size_t gap);

}  // namespace bitworth::report
