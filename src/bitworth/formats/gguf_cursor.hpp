#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {

/// Thrown by the cursor when the file goes on beyond the bytes at hand.
struct MoreNeeded {};

/// Reads little-endian values from the beginning of a file, never beyond it.
/// Throws InputFailure where the file ends, MoreNeeded where only the bytes at hand do.
class GgufCursor {
 public:
  GgufCursor(std::span<const std::byte> beginning, std::uint64_t file_bytes, const std::string& file_name)
      : bytes_(beginning), file_bytes_(file_bytes), file_name_(file_name) {}

  template <class T>
  T read(std::string_view what) {
    const std::span<const std::byte> bytes = take(sizeof(T), what);
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  /// A text behind its 64-bit length.
  std::string_view text(std::uint64_t limit, std::string_view what) {
    const auto length = read<std::uint64_t>(what);
    if (length > limit) fail(format("{} would be a text of {} bytes; the limit is {}", what, length, limit));
    const std::span<const std::byte> bytes = take(length, what);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  std::span<const std::byte> take(std::uint64_t count, std::string_view what) {
    need(count, what);
    if (count > bytes_.size() - at_) throw MoreNeeded();
    at_ += count;
    return bytes_.subspan(at_ - count, count);
  }

  /// Fails: the file has no room for so many things of at least that size.
  void need_room(std::uint64_t count, std::uint64_t least_bytes, std::string_view what) const {
    if (count > remaining() / least_bytes)
      fail(format("{} {} do not fit into the {} bytes that follow", count, what, remaining()));
  }

  std::uint64_t position() const { return at_; }
  std::uint64_t remaining() const { return file_bytes_ - at_; }

  [[noreturn]] void fail(std::string message, std::string hint = {}) const {
    formats::fail(ErrorKind::malformed, {file_name_, 0, 0}, format("byte {}: {}", at_, message),
                  std::move(hint));
  }
  [[noreturn]] void unsupported(std::string message, std::string hint = {}) const {
    formats::fail(ErrorKind::unsupported, {file_name_, 0, 0}, std::move(message), std::move(hint));
  }

 private:
  void need(std::uint64_t count, std::string_view what) const {
    if (count > remaining())
      fail(format("the file ends within {}", what), "the file is incomplete: download it again");
  }

  std::span<const std::byte> bytes_;
  std::uint64_t file_bytes_;
  const std::string& file_name_;
  std::uint64_t at_ = 0;
};

}  // namespace bitworth::formats
