#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace bitworth::formats {

/// A file that is read from its beginning, as far as needed. Every function throws InputFailure (io).
class FileBytes {
 public:
  /// Fails: no such file, or not a regular one.
  explicit FileBytes(const std::string& path);

  std::uint64_t size() const { return size_; }
  /// Its first bytes. Assumes: count <= size().
  std::vector<std::byte> beginning(std::uint64_t count);

 private:
  std::string path_;
  std::uint64_t size_ = 0;
  std::ifstream file_;
};

/// The whole file as text. Fails: larger than the limit (malformed).
std::string read_text_file(const std::string& path, std::uint64_t limit);

}  // namespace bitworth::formats
