#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace bitworth {

enum class ErrorKind {
  io,            ///< the world would not give or take the bytes
  malformed,     ///< the bytes are not what their format says
  unsupported,   ///< well-formed, but not something that bitworth handles
  inconsistent,  ///< each part is fine, together they are not
  usage,         ///< the question itself is wrong: a flag, a value out of its domain
};

/// Where in an input something is wrong; line 0 means the whole input.
struct Position {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// What is wrong with an input, where, and what to do about it.
struct Error {
  ErrorKind kind = ErrorKind::malformed;
  Position position;
  std::string message;
  std::string hint;  ///< what to write or do instead; may be empty
};

template <class T>
using Result = std::expected<T, Error>;

/// Validators find every problem before they stop.
using Problems = std::vector<Error>;

/// "case.toml:12:3: message; hint", without the parts that are absent.
std::string to_text(const Error&);

}  // namespace bitworth
