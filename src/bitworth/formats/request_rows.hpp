#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/formats/request_log.hpp"

namespace bitworth::formats {

/// The values of one line of a request log as text, before they are numbers. Empty: absent.
struct RawRow {
  std::string_view arrival;
  std::string_view prompt_tokens;
  std::string_view output_tokens;
  std::vector<std::uint64_t> prefix;
  bool arrival_is_text = false;  ///< it was quoted
};

/// The cells of a CSV line, quotes removed; a doubled quote inside stays doubled.
std::vector<std::string_view> csv_cells(std::string_view line);

/// Finds the wanted columns of CSV lines.
class CsvRows {
 public:
  /// The columns' places in the header; absent: one that the columns name is not there.
  static std::optional<CsvRows> of_header(std::string_view header, const RequestColumns&);

  /// What is wrong with the line; null: nothing, and row is filled.
  const char* read(std::string_view line, RawRow& row) const;

 private:
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);
  std::array<std::size_t, 3> places_{absent, absent, absent};  // arrival, prompt, output
  std::size_t last_ = 0;
};

/// Finds the wanted members of JSON lines; a name such as "usage.prompt_tokens" looks into an object.
class JsonRows {
 public:
  explicit JsonRows(const RequestColumns& columns) : columns_(columns) {}

  /// What is wrong with the line; null: nothing, and row is filled.
  const char* read(std::string_view line, RawRow& row) const;

 private:
  const RequestColumns& columns_;
};

/// The names of a JSON line's members, those of objects in it as "outer.inner". Empty: not a JSON object.
std::vector<std::string> json_member_names(std::string_view line);

}  // namespace bitworth::formats
