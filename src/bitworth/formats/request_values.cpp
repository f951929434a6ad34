#include "bitworth/formats/request_values.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>

namespace bitworth::formats {
namespace {

using workload::Nanoseconds;

constexpr std::int32_t most_tokens = 1 << 24;
constexpr Nanoseconds second = 1'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// So many digits as a number; -1: they are not.
int digits(std::string_view text, std::size_t start, std::size_t count) {
  if (text.size() < start + count) return -1;
  int value = 0;
  for (std::size_t i = start; i < start + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// A fraction's digits in units of that many nanoseconds; digits below the nanosecond are dropped.
std::optional<Nanoseconds> fraction(std::string_view text, std::int64_t unit) {
  Nanoseconds value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    unit /= 10;
    value += (c - '0') * unit;
  }
  return value;
}

std::optional<Nanoseconds> floating_time(std::string_view text, std::int64_t unit) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  value *= static_cast<double>(unit);
  if (!(std::abs(value) < 9.2e18)) return std::nullopt;
  return std::llround(value);
}

std::optional<Nanoseconds> day_of(std::string_view text) {
  const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (year < 1970 || year > 2200 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (month < 1 || day < 1 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * 86400 * second;
}

// "", "Z" or "+02:00": what to subtract.
std::optional<Nanoseconds> zone_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const int hours = digits(text, 1, 2), minutes = digits(text, text.size() == 5 ? 3 : 4, 2);
  if ((text[0] != '+' && text[0] != '-') || hours < 0 || minutes < 0 || text.size() > 6) return std::nullopt;
  const Nanoseconds offset = (hours * 60 + minutes) * 60 * second;
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::optional<Nanoseconds> read_time(std::string_view text, std::int64_t unit_nanoseconds) {
  std::size_t i = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) ++i;
  Nanoseconds whole = 0;
  const std::size_t start = i;
  for (; i < text.size() && is_digit(text[i]) && i - start < 18; ++i) whole = whole * 10 + (text[i] - '0');
  Nanoseconds result = 0;
  if (i == start || __builtin_mul_overflow(whole, unit_nanoseconds, &result))
    return floating_time(text, unit_nanoseconds);
  if (i < text.size()) {
    if (text[i] != '.') return floating_time(text, unit_nanoseconds);
    const auto rest = fraction(text.substr(i + 1), unit_nanoseconds);
    if (!rest || __builtin_add_overflow(result, *rest, &result)) return floating_time(text, unit_nanoseconds);
  }
  return negative ? -result : result;
}

std::optional<Nanoseconds> DateTimeReader::read(std::string_view text) {
  if (text.size() < 19 || (text[10] != ' ' && text[10] != 'T')) return std::nullopt;
  if (!has_day_ || std::memcmp(day_text_, text.data(), sizeof day_text_) != 0) {
    const auto day = day_of(text);
    if (!day) return std::nullopt;
    std::memcpy(day_text_, text.data(), sizeof day_text_);
    day_ = *day;
    has_day_ = true;
  }
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), seconds = digits(text, 17, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || seconds < 0 || seconds > 60) return std::nullopt;
  if (text[13] != ':' || text[16] != ':') return std::nullopt;
  Nanoseconds result = day_ + ((hour * 60 + minute) * 60 + seconds) * second;
  std::size_t end = 19;
  if (end < text.size() && text[end] == '.') {
    while (++end < text.size() && is_digit(text[end])) {
    }
    result += fraction(text.substr(20, end - 20), second).value_or(0);
  }
  const auto offset = zone_offset(text.substr(end));
  if (!offset) return std::nullopt;
  return result - *offset;
}

std::optional<std::int32_t> read_token_count(std::string_view text) {
  std::int32_t value = 0;
  std::size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    value = value * 10 + (text[i] - '0');
    if (value > most_tokens) return std::nullopt;
  }
  if (i == 0) return std::nullopt;
  if (i < text.size() && text[i] == '.')
    while (++i < text.size() && text[i] == '0') {
    }
  return i == text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace bitworth::formats
