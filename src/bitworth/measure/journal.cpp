#include "bitworth/measure/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "bitworth/base/text.hpp"

namespace bitworth::measure {
namespace {

std::unexpected<Error> failed(ErrorKind kind, const std::string& path, std::string message,
                              std::string hint) {
  return std::unexpected(Error{kind, {path, 0, 0}, std::move(message), std::move(hint)});
}

std::string whole_file(int file) {
  std::string text;
  char bytes[65536];
  ::lseek(file, 0, SEEK_SET);
  for (ssize_t count; (count = ::read(file, bytes, sizeof bytes)) > 0;)
    text.append(bytes, static_cast<std::size_t>(count));
  return text;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fdatasync(file) == 0;
}

}  // namespace

Journal::Journal(Journal&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)), lines_(std::move(other.lines_)) {}

Journal& Journal::operator=(Journal&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(lines_, other.lines_);
  return *this;
}

Journal::~Journal() {
  if (file_ >= 0) ::close(file_);
}

Result<Journal> Journal::open(const std::string& path, const std::string& key) {
  Journal journal;
  journal.path_ = path;
  journal.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (journal.file_ < 0)
    return failed(ErrorKind::io, path, format("cannot be written: {}", std::strerror(errno)),
                  "check the folder and its permissions");
  if (::flock(journal.file_, LOCK_EX | LOCK_NB) != 0)
    return failed(ErrorKind::inconsistent, path, "another run is writing it",
                  "wait for its end, or write elsewhere with --evidence FILE");
  if (const Result<void> done = journal.read(key); !done) return std::unexpected(done.error());
  return journal;
}

Result<void> Journal::read(const std::string& key) {
  const std::string text = whole_file(file_), header = "bitworth measure journal 1 " + key;
  const std::size_t end_of_lines = text.rfind('\n') + 1;  // 0 where there is none
  for (std::size_t start = 0; start < end_of_lines;) {
    const std::size_t end = text.find('\n', start);
    lines_.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  if (::ftruncate(file_, static_cast<off_t>(end_of_lines)) != 0 || ::lseek(file_, 0, SEEK_END) < 0)
    return failed(ErrorKind::io, path_, std::strerror(errno), "");
  if (lines_.empty()) return append(header);
  if (lines_.front() != header)
    return failed(ErrorKind::inconsistent, path_,
                  "it was begun by a run of another model or with other settings",
                  "repeat that run's command, or remove the file to begin anew");
  return {};
}

Result<void> Journal::append(const std::string& line) {
  const off_t before = ::lseek(file_, 0, SEEK_CUR);
  if (!write_all(file_, line + '\n')) {
    const std::string reason = std::strerror(errno);
    // A part of a line would be read as torn, but the next one would follow it.
    if (::ftruncate(file_, before) == 0) ::lseek(file_, before, SEEK_SET);
    return failed(ErrorKind::io, path_, format("cannot be written: {}", reason), "is the disk full?");
  }
  lines_.push_back(line);
  return {};
}

}  // namespace bitworth::measure
