#include "bitworth/formats/file_bytes.hpp"

#include <filesystem>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {

FileBytes::FileBytes(const std::string& path) : path_(path) {
  std::error_code problem;
  if (!std::filesystem::exists(path, problem)) fail(ErrorKind::io, {path, 0, 0}, "no such file");
  // A pipe or device would block, or has no size.
  if (!std::filesystem::is_regular_file(path, problem)) fail(ErrorKind::io, {path, 0, 0}, "not a file");
  size_ = std::filesystem::file_size(path, problem);
  file_.open(path, std::ios::binary);
  if (problem || !file_) fail(ErrorKind::io, {path, 0, 0}, "cannot be read", "check its permissions");
}

std::vector<std::byte> FileBytes::beginning(std::uint64_t count) {
  std::vector<std::byte> bytes(count);
  file_.seekg(0);
  file_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(count));
  if (!file_) fail(ErrorKind::io, {path_, 0, 0}, "became shorter while it was read");
  return bytes;
}

std::string read_text_file(const std::string& path, std::uint64_t limit) {
  FileBytes file(path);
  if (file.size() > limit) {
    fail(ErrorKind::malformed, {path, 0, 0}, format("larger than {} MiB", limit >> 20),
         "is this the file that was meant?");
  }
  const std::vector<std::byte> bytes = file.beginning(file.size());
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace bitworth::formats
