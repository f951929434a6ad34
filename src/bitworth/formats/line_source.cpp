#include "bitworth/formats/line_source.hpp"

#include <zlib.h>

#include <cstring>
#include <filesystem>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr std::size_t first_buffer = std::size_t{1} << 20;
constexpr std::size_t longest_line = std::size_t{16} << 20;

}  // namespace

void LineSource::Close::operator()(void* file) const {
  gzclose(static_cast<gzFile>(file));
}

LineSource LineSource::file(const std::string& path) {
  const FileBytes checked(path);
  return opened(path);
}

LineSource LineSource::pipe(const std::string& path) {
  std::error_code problem;
  const auto type = std::filesystem::status(path, problem).type();
  using enum std::filesystem::file_type;
  return type == fifo || type == character || type == socket ? opened(path) : file(path);
}

LineSource LineSource::opened(const std::string& path) {
  LineSource source(path);
  // zlib hands plain files through as they are.
  source.file_.reset(gzopen(path.c_str(), "rb"));
  if (!source.file_) fail(ErrorKind::io, {path, 0, 0}, "cannot be read", "check its permissions");
  gzbuffer(static_cast<gzFile>(source.file_.get()), 1U << 18);
  source.buffer_.resize(first_buffer);
  source.at_ = source.end_ = source.buffer_.data();
  return source;
}

LineSource LineSource::text(std::string_view text, std::string name) {
  LineSource source(std::move(name));
  source.buffer_.assign(text.begin(), text.end());
  source.at_ = source.buffer_.data();
  source.end_ = source.at_ + source.buffer_.size();
  return source;
}

const void* LineSource::find_end() const {
  return at_ == end_ ? nullptr : std::memchr(at_, '\n', static_cast<std::size_t>(end_ - at_));
}

bool LineSource::refill(std::string_view& line) {
  while (file_) {
    const auto rest = static_cast<std::size_t>(end_ - at_);
    if (rest == buffer_.size()) {
      if (rest >= longest_line)
        fail(ErrorKind::malformed, {name_, static_cast<std::uint32_t>(number_ + 1), 1},
             "a line longer than 16 MiB", "is this a request log, one request a line?");
      std::vector<char> larger(buffer_.size() * 2);
      std::memcpy(larger.data(), at_, rest);
      buffer_ = std::move(larger);
    } else if (rest > 0) {
      std::memmove(buffer_.data(), at_, rest);
    }
    at_ = buffer_.data();
    end_ = at_ + rest;
    auto* file = static_cast<gzFile>(file_.get());
    const int got = gzread(file, buffer_.data() + rest, static_cast<unsigned>(buffer_.size() - rest));
    int problem = Z_OK;
    gzerror(file, &problem);
    if (got < 0 || (got == 0 && problem != Z_OK && problem != Z_STREAM_END))
      fail(ErrorKind::malformed, {name_, static_cast<std::uint32_t>(number_), 0},
           "the gzip stream is broken or ends too early");
    if (got == 0) file_.reset();
    end_ += got;
    if (got > 0 && find_end() != nullptr) return next(line);
  }
  if (at_ == end_) return false;
  line = {at_, static_cast<std::size_t>(end_ - at_)};  // the last line, without its end
  at_ = end_;
  ++number_;
  if (line.back() == '\r') line.remove_suffix(1);
  return true;
}

}  // namespace bitworth::formats
