#include "bitworth/units/print.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "bitworth/units/prefix.hpp"

namespace bitworth {
namespace {

std::string fixed(double value, int decimals) {
  std::array<char, 400> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string scientific(double value, int digits) {
  std::array<char, 40> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), "%.*e", digits - 1, value);
  return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string with_thousands(std::string number) {
  const std::size_t start = number.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(number.find('.'), number.size());
  for (std::size_t i = end; i > start + 3; i -= 3) number.insert(i - 3, ",");
  return number;
}

std::string without_trailing_zeros(std::string number) {
  if (number.find('.') == std::string::npos) return number;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.ends_with('.')) number.pop_back();
  return number;
}

std::string with_prefix(double value, std::string_view unit) {
  const double magnitude = std::abs(value);
  const Prefix* best = nullptr;
  for (const Prefix& prefix : prefixes) {
    if (!prefix.binary && prefix.name != "µ" && magnitude >= prefix.factor * 0.9995) best = &prefix;
  }
  if (best == nullptr && magnitude > 0) best = &prefixes[0];
  const bool plain = best == nullptr || (magnitude >= 0.9995 && magnitude < 999.5);
  return significant(plain ? value : value / best->factor) + " " + std::string(plain ? "" : best->name) +
         std::string(unit);
}

}  // namespace

std::string significant(double value, int digits) {
  if (value == 0) return "0";
  // Beyond what anything here measures, and where steps of ten leave the range of double.
  if (std::abs(value) < 1e-9 || std::abs(value) >= 1e15) return scientific(value, digits);
  int exponent = static_cast<int>(std::floor(std::log10(std::abs(value))));
  const double step = std::pow(10.0, exponent - digits + 1);
  double rounded = std::round(value / step) * step;
  if (std::abs(rounded) >= std::pow(10.0, exponent + 1)) ++exponent;
  const int decimals = std::max(0, digits - 1 - exponent);
  return with_thousands(without_trailing_zeros(fixed(rounded, decimals)));
}

std::string percent(double share) {
  const double value = share * 100;
  return fixed(value, std::abs(value) < 99.95 ? 1 : 0) + " %";
}

std::string to_text(Bytes q) {
  return with_prefix(q.value(), "B");
}
std::string to_text(Flops q) {
  return with_prefix(q.value(), "FLOP");
}
std::string to_text(BytesPerSecond q) {
  return with_prefix(q.value(), "B/s");
}
std::string to_text(FlopsPerSecond q) {
  return with_prefix(q.value(), "FLOP/s");
}
std::string to_text(TokensPerSecond q) {
  return significant(q.value()) + " tok/s";
}
std::string to_text(Watts q) {
  return with_prefix(q.value(), "W");
}

std::string to_text(Seconds q) {
  const double value = q.value();
  if (std::abs(value) < 119.5) return with_prefix(value, "s");
  if (std::abs(value) < 2 * 3600) return significant(value / 60) + " min";
  if (std::abs(value) < 2 * 86400) return significant(value / 3600) + " h";
  return significant(value / 86400) + " days";
}

std::string to_text(Dollars q) {
  const double magnitude = std::abs(q.value());
  const std::string number = magnitude >= 1000                    ? with_thousands(fixed(magnitude, 0))
                             : magnitude >= 0.1 || magnitude == 0 ? fixed(magnitude, 2)
                                                                  : significant(magnitude, 2);
  return (q.value() < 0 ? "-$" : "$") + number;
}

}  // namespace bitworth
