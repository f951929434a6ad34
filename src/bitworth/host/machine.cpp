#include "bitworth/host/machine.hpp"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <set>
#include <thread>

#include "bitworth/base/text.hpp"

namespace bitworth::host {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

// The value of the first line that begins with the key: "MemAvailable:   24 kB" is "24 kB".
std::string value_of(const std::string& path, const std::string& key) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    const auto start = line.find_first_not_of(" \t", std::min(line.find(':'), line.size() - 1) + 1);
    return start == line.npos ? "" : line.substr(start);
  }
  return "";
}

double kibibytes(const std::string& key) {
  return std::strtod(value_of("/proc/meminfo", key).c_str(), nullptr) * 1024;
}

// Bytes that the control group leaves; infinite where there is none.
double left_in_control_group() {
  const std::string limit = first_line("/sys/fs/cgroup/memory.max"),
                    used = first_line("/sys/fs/cgroup/memory.current");
  if (limit.empty() || limit == "max") return std::numeric_limits<double>::infinity();
  return std::strtod(limit.c_str(), nullptr) - std::strtod(used.c_str(), nullptr);
}

}  // namespace

cases::Machine this_machine() {
  cases::Machine machine;
  machine.cpu = value_of("/proc/cpuinfo", "model name");
  machine.cores = usable_cores();
  machine.threads = static_cast<int>(std::thread::hardware_concurrency());
  machine.memory_bytes = kibibytes("MemTotal");
  utsname names = {};
  if (::uname(&names) == 0) machine.system = format("{} {} {}", names.sysname, names.release, names.machine);
  return machine;
}

int usable_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0)
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::set<std::string> cores;  // by the list of their threads
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    const std::string siblings =
        first_line(format("/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list", cpu));
    cores.insert(siblings.empty() ? std::to_string(cpu) : siblings);
  }
  return std::max(1, static_cast<int>(cores.size()));
}

Bytes available_memory() {
  return Bytes(std::max(0.0, std::min(kibibytes("MemAvailable"), left_in_control_group())));
}

double load_average() {
  double average = 0;
  return ::getloadavg(&average, 1) == 1 ? average : 0;
}

}  // namespace bitworth::host
