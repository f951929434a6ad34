#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bitworth::formats {

/// The lines of a file, plain or gzip, or of a text, one at a time: only a piece of it is in memory. Every
/// function throws InputFailure.
class LineSource {
 public:
  /// Fails: no such file, or not a regular one.
  static LineSource file(const std::string& path);
  /// A file, or a pipe or device, whose reading may block. Fails: nothing that can be read.
  static LineSource pipe(const std::string& path);
  static LineSource text(std::string_view text, std::string name);

  /// The next line, without its end. Valid until the next call. False: there is none.
  /// Fails: a line longer than 16 MiB, a broken gzip stream.
  bool next(std::string_view& line) {
    if (const void* end = find_end()) {
      const auto* stop = static_cast<const char*>(end);
      line = {at_, static_cast<std::size_t>(stop - at_)};
      at_ = stop + 1;
      ++number_;
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      return true;
    }
    return refill(line);
  }

  /// The number of the last line given, from 1 on.
  std::uint64_t number() const { return number_; }
  const std::string& name() const { return name_; }

 private:
  struct Close {
    void operator()(void* file) const;
  };
  static LineSource opened(const std::string& path);
  explicit LineSource(std::string name) : name_(std::move(name)) {}
  const void* find_end() const;
  bool refill(std::string_view& line);

  std::string name_;
  std::unique_ptr<void, Close> file_;  // a zlib handle; null for a text
  std::vector<char> buffer_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t number_ = 0;
};

}  // namespace bitworth::formats
