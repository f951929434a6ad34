#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bitworth/workload/request.hpp"

namespace bitworth::formats {

/// The nanoseconds that a plain decimal number of so many-nanosecond units tells: "12.5" of 1e9 is 12.5 s. To
/// the nanosecond, unless it has an exponent. Absent: not such a number, or beyond 292 years.
std::optional<workload::Nanoseconds> read_time(std::string_view text, std::int64_t unit_nanoseconds);

/// Reads "2023-11-16 18:15:46.6805900", also with a T, a Z or an offset: nanoseconds since 1970 (UTC).
class DateTimeReader {
 public:
  std::optional<workload::Nanoseconds> read(std::string_view text);

 private:
  // Rows of a log share their day.
  char day_text_[10] = {};
  workload::Nanoseconds day_ = 0;
  bool has_day_ = false;
};

/// A whole number from 0 to 2^24 (a fraction of zero is forgiven: "374.0"). Absent: something else.
std::optional<std::int32_t> read_token_count(std::string_view text);

}  // namespace bitworth::formats
