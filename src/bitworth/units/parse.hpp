#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "bitworth/units/quantity.hpp"

namespace bitworth {

/// A number and what it measures, before anybody said what was expected.
struct ParsedQuantity {
  double value = 0;  ///< in base units
  Dimension dimension;
};

/// Reads "50 ms", "80 GB", "$4.50/h", "2 %", "989 TFLOP/s", "12".
/// GB is 10^9 bytes, GiB 2^30. Fails: the reason, in words; an unknown unit is an error, never a guess.
std::expected<ParsedQuantity, std::string> parse_quantity(std::string_view text);

/// The unit a person would write for the dimension: "bytes", "FLOP/s", "$/h"; for messages.
std::string unit_name(Dimension);

}  // namespace bitworth
