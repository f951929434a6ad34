#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"

namespace bitworth::formats {

/// Walks a JSON text once, front to back, building nothing: for tables of tensors with many thousand rows.
/// Every function throws InputFailure (malformed, with line and column) where the text is something else.
class JsonScanner {
 public:
  JsonScanner(std::string_view text, std::string file_name) : text_(text), file_name_(std::move(file_name)) {}

  /// Opens an object or array; then `next` says whether another member or element follows.
  void open(char bracket);
  bool next(char closing);

  /// The next member's name, with its colon. Valid until the next call that reads a string.
  std::string_view key();
  std::string_view string();
  std::uint64_t whole_number();
  /// Skips a value of any kind. Fails: nested more than 32 deep.
  void skip();
  /// Fails: something follows.
  void finish();

  [[noreturn]] void fail(std::string message) const;

 private:
  void skip_space();
  char peek();
  void expect(char wanted);
  void skip_literal();
  std::string_view decoded(std::size_t start);
  char escaped();
  void append_code_point();
  unsigned hex_digits();

  std::string_view text_;
  std::string file_name_;
  std::size_t at_ = 0;
  bool opened_ = false;  // nothing was read since the last opening bracket
  int depth_ = 0;
  std::string decoded_;
};

}  // namespace bitworth::formats
