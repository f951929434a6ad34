#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "bitworth/formats/request_log.hpp"

namespace bitworth::cli {

/// How a request log is read: the flags --columns, --time-unit and --bad-lines.
class RequestLogFlags {
 public:
  void add_to(CLI::App& command);

  /// Throws Failure: columns that cannot be understood.
  formats::RequestLogSettings settings(const std::string& command) const;

 private:
  std::string columns_, time_unit_ = "s";
  std::uint64_t bad_lines_ = 100;
};

/// Reads the whole log. Throws Failure.
formats::RequestLog read_log(const std::string& path, const formats::RequestLogSettings&);

}  // namespace bitworth::cli
