#include "app/cli/surroundings.hpp"

#include <chrono>
#include <csignal>
#include <ctime>

#include "bitworth/host/machine.hpp"

namespace bitworth::cli {
namespace {

volatile std::sig_atomic_t interrupts = 0;

void on_interrupt(int) {
  interrupts = interrupts + 1;
}

std::string now() {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
  std::tm utc = {};
  ::gmtime_r(&time, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

double clock_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

void listen_for_interrupts() {
  struct sigaction action = {};
  action.sa_handler = on_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted_by_user() {
  return interrupts > 0;
}

measure::Surroundings surroundings(ProgressLine& line) {
  return {.machine = host::this_machine(),
          .available_memory = host::available_memory(),
          .load_average = host::load_average(),
          .seconds = clock_seconds,
          .now = now,
          .stopped = interrupted_by_user,
          .tell = [&line](const measure::Progress& p) { line.show(p); },
          .announce = [&line](const std::string& text) { line.announce(text); }};
}

}  // namespace bitworth::cli
