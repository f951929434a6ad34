#include "bitworth/units/number.hpp"

#include <charconv>
#include <cmath>

namespace bitworth {

std::expected<LeadingNumber, NoNumber> leading_number(std::string_view text) {
  LeadingNumber number;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number.value);
  if (problem == std::errc::result_out_of_range) return std::unexpected(NoNumber::out_of_range);
  if (problem != std::errc() || !std::isfinite(number.value)) return std::unexpected(NoNumber::absent);
  number.rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace bitworth
