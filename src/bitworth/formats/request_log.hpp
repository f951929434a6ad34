#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::formats {

/// Which columns of a log hold what.
struct RequestColumns {
  std::string arrival;  ///< empty: the log has lengths only
  std::string prompt_tokens;
  std::string output_tokens;
  std::string prefix;                                     ///< names of prompt blocks; empty: none
  std::int64_t arrival_unit_nanoseconds = 1'000'000'000;  ///< of plain numbers; dates tell themselves
};

struct RequestLogSettings {
  std::optional<RequestColumns> columns;  ///< absent: one of the known formats, by its column names
  std::uint64_t bad_line_limit = 100;     ///< more than this, and the log is refused
  bool may_be_pipe = false;               ///< else only a file is read, which never blocks
};

/// What was in a log besides its requests.
struct RequestLogReport {
  std::string format;  ///< "Azure LLM inference trace"
  RequestColumns columns;
  std::uint64_t lines = 0;  ///< without the header and empty ones
  std::uint64_t requests = 0;
  std::uint64_t without_tokens = 0;  ///< well-formed, but no prompt or no answer: failed requests; left out
  std::uint64_t bad_lines = 0;       ///< left out
  Problems first_bad_lines;          ///< of these, at most 10
};

using RequestSink = std::function<void(const workload::Request&, std::span<const std::uint64_t> prefix)>;

/// Hands over the requests of a log in the order of its lines, with times as the log counts them, and holds
/// no more than one of them. CSV with a header or one JSON object a line; gzip is unpacked on the way. Reads:
/// Azure, Mooncake, BurstGPT, Vidur, ServeGen samples, vLLM, guidellm and OpenAI-style logs. Fails: no file,
/// no known columns, too many bad lines.
std::expected<RequestLogReport, Error> scan_request_log(const std::string& path, const RequestLogSettings&,
                                                        const RequestSink&);

/// The same from memory. The name appears in positions.
std::expected<RequestLogReport, Error> scan_request_text(std::string_view text, std::string name,
                                                         const RequestLogSettings&, const RequestSink&);

struct RequestLog {
  workload::Trace trace;  ///< sorted, times from the first arrival on
  RequestLogReport report;
};

/// The whole log as a trace. Fails: as above, or it has no request.
std::expected<RequestLog, Error> read_request_log(const std::string& path, const RequestLogSettings& = {});

}  // namespace bitworth::formats
