#pragma once

#include <expected>
#include <string_view>

namespace bitworth {

/// A number at the beginning of a text.
struct LeadingNumber {
  double value = 0;
  std::string_view rest;  ///< what follows it
};

enum class NoNumber { absent, out_of_range };

/// Reads the longest number that "2.5e3 ms" begins with, to the nearest double. Before its digits stands at
/// most a minus.
std::expected<LeadingNumber, NoNumber> leading_number(std::string_view text);

}  // namespace bitworth
