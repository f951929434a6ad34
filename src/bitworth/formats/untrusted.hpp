#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"

namespace bitworth::formats {

/// Flies from a reader's helpers to the one catch in its public function, and no further.
struct InputFailure {
  Error error;
};

[[noreturn]] void fail(ErrorKind, Position, std::string message, std::string hint = {});

/// Text from a file, safe to print: valid UTF-8 without control characters, at most 60 bytes of it.
std::string shown(std::string_view untrusted);

/// False when the result does not fit.
[[nodiscard]] constexpr bool add(std::uint64_t a, std::uint64_t b, std::uint64_t& result) {
  return !__builtin_add_overflow(a, b, &result);
}
[[nodiscard]] constexpr bool multiply(std::uint64_t a, std::uint64_t b, std::uint64_t& result) {
  return !__builtin_mul_overflow(a, b, &result);
}

}  // namespace bitworth::formats
