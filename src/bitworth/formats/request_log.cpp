#include "bitworth/formats/request_log.hpp"

#include <algorithm>
#include <vector>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/line_source.hpp"
#include "bitworth/formats/request_rows.hpp"
#include "bitworth/formats/request_values.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr std::size_t kept_problems = 10;
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t millisecond = 1'000'000;

struct KnownFormat {
  const char* name;
  RequestColumns columns;
};

// Tried in this order: one with arrivals before the same without.
const std::vector<KnownFormat>& known_formats() {
  static const std::vector<KnownFormat> formats = {
      {"Azure LLM inference trace", {"TIMESTAMP", "ContextTokens", "GeneratedTokens", "", second}},
      {"Mooncake trace", {"timestamp", "input_length", "output_length", "hash_ids", millisecond}},
      {"Mooncake trace", {"timestamp", "input_length", "output_length", "", millisecond}},
      {"BurstGPT", {"Timestamp", "Request tokens", "Response tokens", "", second}},
      {"Vidur trace", {"arrived_at", "num_prefill_tokens", "num_decode_tokens", "", second}},
      {"Vidur lengths", {"", "num_prefill_tokens", "num_decode_tokens", "", second}},
      {"vLLM request log", {"queued_ts", "input_toks", "output_toks", "", second}},
      {"vLLM request log", {"arrival_time", "input_toks", "output_toks", "", second}},
      {"request table", {"arrival_s", "input_tokens", "output_tokens", "", second}},
      {"request table", {"arrival_time", "input_tokens", "output_tokens", "", second}},
      {"guidellm requests", {"request_start_time", "prompt_tokens", "output_tokens", "", second}},
      {"guidellm requests", {"start_time", "prompt_tokens", "output_tokens", "", second}},
      {"OpenAI-style log", {"timestamp", "prompt_tokens", "completion_tokens", "", second}},
      {"OpenAI-style log", {"created", "usage.prompt_tokens", "usage.completion_tokens", "", second}},
      {"lengths", {"", "prompt_tokens", "output_tokens", "", second}},
      {"lengths", {"", "input_tokens", "output_tokens", "", second}},
  };
  return formats;
}

// Reads lines of one log, each into at most one request.
class LogReader {
 public:
  LogReader(LineSource source, const RequestLogSettings& settings, const RequestSink& sink)
      : source_(std::move(source)), limit_(settings.bad_line_limit), sink_(sink) {
    std::string_view line;
    while (source_.next(line) && blank(line)) {
    }
    if (blank(line)) refuse("is empty", "");
    json_ = line.front() == '{';
    choose_columns(line, settings);
    if (json_) {
      const std::string first(line);
      JsonRows rows(report_.columns);
      read_line(rows, first);
      read_rest(rows);
    } else {
      read_rest(*CsvRows::of_header(line, report_.columns));
    }
  }

  RequestLogReport take_report() { return std::move(report_); }

 private:
  static bool blank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

  [[noreturn]] void refuse(std::string message, std::string hint) const {
    fail(ErrorKind::unsupported, {source_.name(), 0, 0}, std::move(message), std::move(hint));
  }

  static std::vector<std::string> column_names(std::string_view line, bool json) {
    if (json) return json_member_names(line);
    const auto cells = csv_cells(line);
    return {cells.begin(), cells.end()};
  }

  void choose_columns(std::string_view line, const RequestLogSettings& settings) {
    const std::vector<std::string> names = column_names(line, json_);
    const auto has = [&](const std::string& name) {
      return name.empty() || std::ranges::find(names, name) != names.end();
    };
    if (settings.columns) {
      for (const std::string& name : {settings.columns->arrival, settings.columns->prompt_tokens,
                                      settings.columns->output_tokens, settings.columns->prefix}) {
        if (!has(name)) refuse(format("has no column \"{}\"", shown(name)), did_you_mean(name, names));
      }
      report_.columns = *settings.columns;
      report_.format = "columns as named";
      return;
    }
    for (const KnownFormat& known : known_formats()) {
      const RequestColumns& c = known.columns;
      if (!has(c.arrival) || !has(c.prompt_tokens) || !has(c.output_tokens) || !has(c.prefix)) continue;
      report_.columns = c;
      report_.format = known.name;
      return;
    }
    std::vector<std::string> found;
    for (const std::string& name : names) {
      if (found.size() < 12) found.push_back(shown(name));
    }
    refuse("is no request log that bitworth knows",
           names.empty() ? "expected CSV with a header, or one JSON object a line"
                         : format("name the columns; it has {}", listed(found)));
  }

  template <class Rows>
  void read_rest(const Rows& rows) {
    std::string_view line;
    while (source_.next(line)) {
      if (line.empty() || blank(line)) continue;
      read_line(rows, line);
    }
  }

  template <class Rows>
  void read_line(const Rows& rows, std::string_view line) {
    ++report_.lines;
    row_.arrival = row_.prompt_tokens = row_.output_tokens = {};
    row_.prefix.clear();
    workload::Request request;
    const char* problem = rows.read(line, row_);
    if (problem == nullptr) problem = read_values(request);
    if (problem != nullptr) {
      bad_line(problem, line);
    } else if (request.prompt_tokens == 0 || request.output_tokens == 0) {
      ++report_.without_tokens;
    } else {
      ++report_.requests;
      sink_(request, row_.prefix);
    }
  }

  const char* read_values(workload::Request& request) {
    const auto prompt = read_token_count(row_.prompt_tokens);
    if (!prompt) return row_.prompt_tokens.empty() ? "no prompt tokens" : "the prompt tokens are not a count";
    const auto output = read_token_count(row_.output_tokens);
    if (!output) return row_.output_tokens.empty() ? "no output tokens" : "the output tokens are not a count";
    request.prompt_tokens = *prompt;
    request.output_tokens = *output;
    if (report_.columns.arrival.empty()) return nullptr;
    auto arrival = row_.arrival.size() > 10 && row_.arrival[4] == '-'
                       ? dates_.read(row_.arrival)
                       : read_time(row_.arrival, report_.columns.arrival_unit_nanoseconds);
    if (!arrival) return row_.arrival.empty() ? "no arrival" : "the arrival is neither a number nor a date";
    request.arrival = *arrival;
    return nullptr;
  }

  void bad_line(const char* problem, std::string_view line) {
    const auto number = static_cast<std::uint32_t>(std::min<std::uint64_t>(source_.number(), 0xFFFFFFFF));
    ++report_.bad_lines;
    if (report_.first_bad_lines.size() < kept_problems)
      report_.first_bad_lines.push_back({ErrorKind::malformed,
                                         {source_.name(), number, 1},
                                         format("{}: \"{}\"", problem, shown(line)),
                                         ""});
    if (report_.bad_lines > limit_)
      fail(ErrorKind::malformed, {source_.name(), number, 1},
           format("{}; that makes more than {} bad lines", problem, limit_),
           "raise the limit, or name the right columns");
  }

  LineSource source_;
  std::uint64_t limit_;
  const RequestSink& sink_;
  bool json_ = false;
  RawRow row_;
  DateTimeReader dates_;
  RequestLogReport report_;
};

}  // namespace

std::expected<RequestLogReport, Error> scan_request_log(const std::string& path,
                                                        const RequestLogSettings& settings,
                                                        const RequestSink& sink) try {
  return LogReader(settings.may_be_pipe ? LineSource::pipe(path) : LineSource::file(path), settings, sink)
      .take_report();
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

std::expected<RequestLogReport, Error> scan_request_text(std::string_view text, std::string name,
                                                         const RequestLogSettings& settings,
                                                         const RequestSink& sink) try {
  return LogReader(LineSource::text(text, std::move(name)), settings, sink).take_report();
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

std::expected<RequestLog, Error> read_request_log(const std::string& path,
                                                  const RequestLogSettings& settings) {
  RequestLog log;
  auto report = scan_request_log(
      path, settings, [&](const workload::Request& request, auto prefix) { log.trace.add(request, prefix); });
  if (!report) return std::unexpected(report.error());
  if (log.trace.empty())
    return std::unexpected(Error{ErrorKind::malformed, {path, 0, 0}, "has no request in it", ""});
  log.report = *std::move(report);
  log.trace.sort_by_arrival();
  log.trace.start_at_zero();
  return log;
}

}  // namespace bitworth::formats
