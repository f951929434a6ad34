#include <algorithm>
#include <cmath>
#include <memory>

#include "app/cli/command.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/request_log.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/stats/summary.hpp"
#include "bitworth/units/print.hpp"
#include "bitworth/workload/lengths.hpp"

namespace bitworth::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr double shares[] = {0.5, 0.9, 0.95, 0.99, 1};

struct Lengths {
  double mean = 0;
  std::vector<double> quantiles;
};

Lengths lengths_of(std::span<const std::int32_t> tokens) {
  double sum = 0;
  for (const std::int32_t count : tokens) sum += count;
  return {sum / static_cast<double>(tokens.size()), stats::quantiles({tokens.begin(), tokens.end()}, shares)};
}

// How the requests of a log come.
struct Pace {
  double requests_per_second = 0;
  double busiest_minute = 0;  // requests per second in it
  double gap_cv = 0;
};

Pace pace_of(const workload::Trace& trace) {
  Pace pace{trace.requests_per_second(), 0, 0};
  if (trace.duration() == 0) return pace;
  double squares = 0, in_minute = 0;
  std::int64_t minute = -1;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const std::int64_t own = trace.arrival(i) / 60'000'000'000;
    in_minute = own == minute ? in_minute + 1 : 1;
    minute = own;
    pace.busiest_minute = std::max(pace.busiest_minute, in_minute / 60);
    if (i == 0) continue;
    const double gap = static_cast<double>(trace.arrival(i) - trace.arrival(i - 1)) * 1e-9;
    squares += gap * gap;
  }
  const double mean = 1 / pace.requests_per_second;
  const double variance = squares / static_cast<double>(trace.size() - 1) - mean * mean;
  pace.gap_cv = std::sqrt(std::max(0.0, variance)) / mean;
  return pace;
}

Json json_of(const Lengths& lengths) {
  const auto& q = lengths.quantiles;
  return {{"mean", lengths.mean}, {"p50", q[0]}, {"p90", q[1]}, {"p95", q[2]}, {"p99", q[3]}, {"max", q[4]}};
}

std::vector<std::string> row_of(const std::string& name, const Lengths& lengths) {
  std::vector<std::string> row = {name, significant(lengths.mean, 4)};
  for (const double tokens : lengths.quantiles) row.push_back(significant(tokens, 6));
  return row;
}

std::string bad_lines_text(const formats::RequestLogReport& report) {
  std::string text;
  if (report.without_tokens > 0)
    text += format("\n{} requests had no prompt or no answer (failed) and are left out.\n",
                   significant(static_cast<double>(report.without_tokens), 9));
  if (report.bad_lines == 0) return text;
  text += format("\n{} bad lines are left out", significant(static_cast<double>(report.bad_lines), 9));
  text += report.bad_lines > report.first_bad_lines.size() ? ", the first of them:\n" : ":\n";
  for (const Error& problem : report.first_bad_lines) text += "  " + to_text(problem) + "\n";
  return text;
}

Answer describe(const std::string& path, const formats::RequestLogSettings& settings) {
  const auto log = formats::read_request_log(path, settings);
  if (!log) throw Failure{{to_text(log.error())}};
  const workload::Trace& trace = log->trace;
  const Lengths prompt = lengths_of(trace.all_prompt_tokens()),
                output = lengths_of(trace.all_output_tokens());
  const double correlation = workload::rank_correlation(trace.all_prompt_tokens(), trace.all_output_tokens());
  const Pace pace = pace_of(trace);
  Answer answer;
  answer.json = {{"schema", "bitworth.workload"},
                 {"schema_version", 1},
                 {"format", log->report.format},
                 {"requests", trace.size()},
                 {"bad_lines", log->report.bad_lines},
                 {"without_tokens", log->report.without_tokens},
                 {"prompt_tokens", json_of(prompt)},
                 {"output_tokens", json_of(output)},
                 {"rank_correlation", correlation},
                 {"duration_seconds", static_cast<double>(trace.duration()) * 1e-9}};
  answer.json["arrivals"] = Json();
  answer.text = format("{}: {}, {} requests\n\n", path, log->report.format,
                       significant(static_cast<double>(trace.size()), 9)) +
                report::table({{"tokens", "mean", "p50", "p90", "p95", "p99", "max"},
                               row_of("prompt", prompt),
                               row_of("output", output)}) +
                format("\nrank correlation of the two: {:+.2f}\n", correlation);
  if (trace.duration() > 0) {
    answer.json["arrivals"] = {{"requests_per_second", pace.requests_per_second},
                               {"busiest_minute_requests_per_second", pace.busiest_minute},
                               {"gap_cv", pace.gap_cv}};
    answer.text += format(
        "arrivals: {} requests/s over {}, {} in the busiest minute; gaps vary by {} (Poisson: 1)\n",
        significant(pace.requests_per_second), to_text(Seconds(static_cast<double>(trace.duration()) * 1e-9)),
        significant(pace.busiest_minute), significant(pace.gap_cv));
  } else {
    answer.text += "arrivals: the log does not tell\n";
  }
  if (trace.has_prefixes()) answer.text += "prompts name their blocks: a prefix cache can be simulated\n";
  answer.text += bad_lines_text(log->report);
  return answer;
}

}  // namespace

void add_workload(CLI::App& app) {
  struct Flags {
    std::string path;
    formats::RequestColumns columns;
    std::uint64_t bad_line_limit = 100;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = add_command(app, "workload", "What is in a request log", [flags] {
    formats::RequestLogSettings settings{std::nullopt, flags->bad_line_limit};
    if (!flags->columns.prompt_tokens.empty() && !flags->columns.output_tokens.empty())
      settings.columns = flags->columns;
    return describe(flags->path, settings);
  });
  command->add_option("file", flags->path, "CSV or JSON lines, also gzipped (docs/formats/request_logs.md)")
      ->required();
  command->add_option("--arrival-column", flags->columns.arrival,
                      "Its column of arrivals, in seconds or dates");
  auto* prompt =
      command->add_option("--prompt-column", flags->columns.prompt_tokens, "Its column of prompt tokens");
  auto* output =
      command->add_option("--output-column", flags->columns.output_tokens, "Its column of output tokens");
  prompt->needs(output);
  output->needs(prompt);
  command->add_option("--bad-lines", flags->bad_line_limit, "Bad lines to put up with")
      ->capture_default_str();
  command->footer(
      "Examples:\n"
      "  bitworth workload requests.csv\n"
      "  bitworth workload usage.jsonl.gz --prompt-column in --output-column out --json\n");
}

}  // namespace bitworth::cli
