// libc++ 19 has no from_chars for doubles.
#include "bitworth/units/number.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

namespace bitworth {
namespace {

std::size_t digits(std::string_view text, std::size_t from) {
  const std::size_t end = text.find_first_not_of("0123456789", from);
  return (end == std::string_view::npos ? text.size() : end) - from;
}

// How much of the text is a number; 0: it begins with none.
std::size_t length_of_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits(text, at);
  at += whole;
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    fraction = digits(text, at + 1);
    if (whole + fraction > 0) at += 1 + fraction;
  }
  if (whole + fraction == 0) return 0;
  if (at >= text.size() || (text[at] != 'e' && text[at] != 'E')) return at;
  const bool sign = at + 1 < text.size() && (text[at + 1] == '-' || text[at + 1] == '+');
  const std::size_t begin = at + (sign ? 2 : 1);
  const std::size_t exponent = begin <= text.size() ? digits(text, begin) : 0;
  return exponent == 0 ? at : begin + exponent;
}

}  // namespace

std::expected<LeadingNumber, NoNumber> leading_number(std::string_view text) {
  const std::size_t length = length_of_number(text);
  if (length == 0) return std::unexpected(NoNumber::absent);
  const std::string number(text.substr(0, length));
  const double value = std::strtod(number.c_str(), nullptr);
  // What is too small for a double is out of range too, as from_chars has it.
  const bool zero = number.find_first_of("123456789") >= number.find_first_of("eE");
  if (!std::isfinite(value) || (value == 0 && !zero)) return std::unexpected(NoNumber::out_of_range);
  return LeadingNumber{value, text.substr(length)};
}

}  // namespace bitworth
