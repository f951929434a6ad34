#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"

namespace bitworth::formats {

enum class TomlKind { text, integer, number, boolean, date, array, table };

/// A value of a TOML document with its place in the text. Tables hold their entries in the order of the text.
struct TomlNode {
  TomlKind kind = TomlKind::table;
  std::string key;  ///< in its table; empty in an array
  std::uint32_t key_line = 0;
  std::uint32_t key_column = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;  ///< just behind it; of a scalar or an inline table
  std::uint32_t end_column = 0;
  std::string text;   ///< of a text or a date (ISO 8601)
  double number = 0;  ///< of a number or an integer
  bool boolean = false;
  std::vector<TomlNode> children;  ///< of an array or a table

  /// The entry of that key; null: none.
  const TomlNode* find(std::string_view wanted) const;
};

/// Texts larger than this are refused: nothing that a person writes comes near.
inline constexpr std::size_t largest_document = 1 << 20;

/// Reads a TOML document into its root table.
/// Fails: the first syntax error; a text too large or too deep.
std::expected<TomlNode, Error> parse_toml(std::string_view text, const std::string& file_name);

}  // namespace bitworth::formats
