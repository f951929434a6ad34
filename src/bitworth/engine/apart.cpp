#include "bitworth/engine/apart.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "bitworth/base/text.hpp"
#include "bitworth/engine/log.hpp"

namespace bitworth::engine {
namespace {

// The lines on the pipe: one letter, then the text. An error has its kind, and unit separators between parts.
constexpr char data = 'd', done = '.', failed = 'e', last_words = 'w';
constexpr char separator = '\x1f';

void write_line(int pipe, char letter, std::string_view text) {
  std::string line = letter + std::string(text);
  for (char& c : line) c = c == '\n' ? ' ' : c;
  line += '\n';
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t count = ::write(pipe, line.data() + sent, line.size() - sent);
    if (count < 0 && errno != EINTR) ::_exit(1);  // nobody listens any more
    if (count > 0) sent += static_cast<std::size_t>(count);
  }
}

int pipe_of_abort = -1;

void send_last_words(const char* message) {
  write_line(pipe_of_abort, last_words, message);
}

std::string as_text(const Error& error) {
  return std::to_string(static_cast<int>(error.kind)) + separator + error.position.file + separator +
         error.message + separator + error.hint;
}

Error error_of(std::string_view text) {
  std::string parts[4];
  for (std::string& part : parts) {
    const std::size_t end = std::min(text.find(separator), text.size());
    part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {static_cast<ErrorKind>(std::stoi(parts[0])), {parts[1], 0, 0}, parts[2], parts[3]};
}

Result<void> guarded(const std::function<Result<void>(const SendLine&)>& work, const SendLine& send) try {
  return work(send);
} catch (const std::bad_alloc&) {
  return std::unexpected(
      Error{ErrorKind::io, {}, "there is too little memory", "free some, or use a smaller model"});
} catch (const std::exception& problem) {
  return std::unexpected(
      Error{ErrorKind::unsupported, {}, format("the engine gave up: {}", problem.what()), ""});
}

[[noreturn]] void be_the_child(int pipe, pid_t parent,
                               const std::function<Result<void>(const SendLine&)>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGPIPE, SIG_IGN);
  if (const int nowhere = ::open("/dev/null", O_WRONLY); nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
  pipe_of_abort = pipe;
  on_abort(send_last_words);
  const Result<void> result = guarded(work, [pipe](std::string_view line) { write_line(pipe, data, line); });
  write_line(pipe, result ? done : failed, result ? "" : as_text(result.error()));
  ::_exit(0);  // destructors of the parent's objects are not the child's business
}

// Why the process ended without a last line.
Error end_of(int status, const std::string& words) {
  if (!words.empty()) return {ErrorKind::unsupported, {}, format("the engine gave up: {}", words), ""};
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
    return {
        ErrorKind::io, {}, "the engine's process was killed", "was the memory short? Use a smaller model"};
  if (WIFSIGNALED(status))
    return {ErrorKind::unsupported, {}, format("the engine crashed ({})", strsignal(WTERMSIG(status))), ""};
  return {ErrorKind::io, {}, "the engine's process ended early", ""};
}

}  // namespace

Result<void> apart(const std::function<Result<void>(const SendLine&)>& work,
                   const std::function<void(std::string_view)>& line) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return std::unexpected(Error{ErrorKind::io, {}, format("no pipe: {}", std::strerror(errno)), ""});
  std::fflush(nullptr);  // else the child would write what waits here once more
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    return std::unexpected(Error{ErrorKind::io, {}, format("no process: {}", std::strerror(errno)), ""});
  }
  if (child == 0) be_the_child(ends[1], parent, work);
  ::close(ends[1]);

  std::string waiting, words, problem;
  bool finished = false, has_failed = false;
  char bytes[65536];
  for (;;) {
    const ssize_t count = ::read(ends[0], bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) {
      ::kill(child, SIGTERM);
      continue;
    }
    if (count <= 0) break;
    waiting.append(bytes, static_cast<std::size_t>(count));
    for (std::size_t end; (end = waiting.find('\n')) != waiting.npos; waiting.erase(0, end + 1)) {
      const std::string_view text = std::string_view(waiting).substr(1, end - 1);
      if (waiting[0] == data) line(text);
      if (waiting[0] == last_words) words = text;
      if (waiting[0] == failed) problem = text, has_failed = true;
      finished = finished || waiting[0] == done || waiting[0] == failed;
    }
  }
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (has_failed) return std::unexpected(error_of(problem));
  if (!finished) return std::unexpected(end_of(status, words));
  return {};
}

}  // namespace bitworth::engine
