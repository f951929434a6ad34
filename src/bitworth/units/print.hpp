#pragma once

#include <string>

#include "bitworth/units/quantity.hpp"

namespace bitworth {

/// A person's text for the quantity, three significant digits and the prefix that fits: "16.1 GB", "42.8 ms".
std::string to_text(Bytes);
std::string to_text(Flops);
std::string to_text(Seconds);
std::string to_text(Dollars);  ///< "$1,234" from $1000 on, else cents: "$3.85"
std::string to_text(BytesPerSecond);
std::string to_text(FlopsPerSecond);
std::string to_text(TokensPerSecond);
std::string to_text(Watts);

/// The shortest text that reads as the number rounded to that many significant digits: "1.36", "0.05",
/// "12,300".
std::string significant(double value, int digits = 3);

/// A share of 1 as a percentage: "26.7 %".
std::string percent(double share);

}  // namespace bitworth
