#include "app/cli/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "app/cli/command.hpp"
#include "bitworth/base/text.hpp"

namespace bitworth::cli {
namespace {

namespace fs = std::filesystem;

// A device, a pipe, or what this process has open: written to, never replaced.
bool is_stream(const std::string& path) {
  const std::string place = fs::path(path).lexically_normal().string();
  if (place.starts_with("/proc/") || (place.starts_with("/dev/") && !place.starts_with("/dev/shm/")))
    return true;
  std::error_code ignored;
  const auto type = fs::status(path, ignored).type();
  using enum fs::file_type;
  return type == character || type == fifo || type == block || type == socket;
}

// Where a link leads, also to a file that is not there yet.
fs::path target_of(const std::string& path) {
  constexpr int longest_chain = 40;  // as the kernel has it
  fs::path target = path;
  std::error_code problem;
  for (int i = 0; i < longest_chain && fs::is_symlink(target, problem); ++i) {
    const fs::path next = fs::read_symlink(target, problem);
    if (problem) break;
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// A new file beside the target, of a name that nobody has; -1 where the folder takes none.
int create_beside(const fs::path& target, std::string& name) {
  for (int i = 0; i < 1000; ++i) {
    name = format("{}.{}-{}.partial", target.string(), ::getpid(), i);
    const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0 || errno != EEXIST) return file;
  }
  return -1;
}

// Owner first: a change of it drops permissions. Only root can give a file away; others keep their own.
void take_after(int file, const fs::path& target) {
  struct stat was {};
  if (::stat(target.c_str(), &was) != 0) return;
  if (::fchown(file, was.st_uid, was.st_gid) != 0) errno = 0;
  ::fchmod(file, was.st_mode & 07777);
}

bool replace(const fs::path& target, std::string_view text) {
  std::string aside;
  const int file = create_beside(target, aside);
  if (file < 0) return false;
  take_after(file, target);
  const bool written = write_all(file, text) && ::fsync(file) == 0;
  const bool closed = ::close(file) == 0;
  if (written && closed && std::rename(aside.c_str(), target.c_str()) == 0) return true;
  std::remove(aside.c_str());
  return false;
}

// A folder that takes no new file may still hold one that can be written.
bool takes_new_files(const fs::path& target) {
  const fs::path folder = target.parent_path();
  return ::access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) == 0;
}

bool write_in_place(const std::string& path, std::string_view text, int how) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | how);
  if (file < 0) return false;
  const bool written = write_all(file, text);
  return ::close(file) == 0 && written;
}

constexpr const char* mark_of_outputs = "names a file to write";

bool is_output(CLI::Option& option) try {
  return option.get_validator(mark_of_outputs) != nullptr;
} catch (const CLI::OptionNotFound&) {
  return false;
}

// What is not there yet can only be another output.
bool same_file(const std::string& a, const std::string& b, bool both_are_outputs) {
  std::error_code problem;
  if (fs::exists(a, problem)) return fs::equivalent(a, b, problem) && !problem;
  return both_are_outputs && fs::weakly_canonical(a, problem) == fs::weakly_canonical(b, problem);
}

// "the case" for a positional, "--evidence" for a flag.
std::string spoken(const CLI::Option& option) {
  return option.get_positional() ? format("the {}", option.get_name(true)) : option.get_name();
}

}  // namespace

CLI::Option* add_output_file(CLI::App& command, const std::string& names, std::string& path,
                             const std::string& description) {
  CLI::Option* output = command.add_option(names, path, description);
  const auto overwrites = [&command, output](const std::string& file) -> std::string {
    if (is_stream(file)) return "";
    for (CLI::Option* other : command.get_options()) {
      if (other == output || other->get_expected_max() == 0) continue;  // itself, or no value
      const bool output_too = is_output(*other);
      if (std::ranges::any_of(other->results(),
                              [&](const std::string& name) { return same_file(file, name, output_too); }))
        return format("{} is {} too, and would be overwritten; give another file", file, spoken(*other));
    }
    return "";
  };
  return output->check(CLI::Validator(overwrites, "", mark_of_outputs));
}

void check_writable(const std::string& path) {
  if (is_stream(path)) return;
  std::error_code ignored;
  const bool was_there = fs::exists(path, ignored);
  if (!std::ofstream(path, std::ios::app))
    throw Failure{{format("{}: cannot be written; check the folder and its permissions", path)}};
  if (!was_there) fs::remove(target_of(path), ignored);  // a failure later leaves nothing behind
}

void write_whole(const std::string& path, const std::function<void(std::ostream&)>& print) {
  std::ostringstream text;
  print(text);
  const fs::path target = target_of(path);
  const bool written = is_stream(path)           ? write_in_place(path, text.view(), O_APPEND)
                       : takes_new_files(target) ? replace(target, text.view())
                                                 : write_in_place(path, text.view(), O_TRUNC);
  if (!written) throw Failure{{format("{}: could not be written whole; is the disk full?", path)}};
}

}  // namespace bitworth::cli
