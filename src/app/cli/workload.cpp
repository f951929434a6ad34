#include <algorithm>
#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/request_log_flags.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/report/text_chart.hpp"
#include "bitworth/stats/summary.hpp"
#include "bitworth/units/print.hpp"
#include "bitworth/workload/lengths.hpp"
#include "bitworth/workload/pace.hpp"

namespace bitworth::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr double shares[] = {0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1};
constexpr const char* share_names[] = {"p5", "p25", "p50", "p75", "p90", "p95", "p99", "max"};
constexpr std::size_t stretches = 64;

struct Lengths {
  double mean = 0;
  std::vector<double> quantiles;
};

Lengths lengths_of(std::span<const std::int32_t> tokens) {
  double sum = 0;
  for (const std::int32_t count : tokens) sum += count;
  return {sum / static_cast<double>(tokens.size()), stats::quantiles({tokens.begin(), tokens.end()}, shares)};
}

Json json_of(const Lengths& lengths) {
  Json json = {{"mean", lengths.mean}};
  for (std::size_t i = 0; i < std::size(shares); ++i) json[share_names[i]] = lengths.quantiles[i];
  return json;
}

std::vector<std::string> row_of(const std::string& name, const Lengths& lengths) {
  std::vector<std::string> row = {name, significant(lengths.mean, 4)};
  for (const double tokens : lengths.quantiles) row.push_back(significant(tokens, 6));
  return row;
}

std::vector<std::string> header() {
  std::vector<std::string> row = {"tokens", "mean"};
  row.insert(row.end(), std::begin(share_names), std::end(share_names));
  return row;
}

// The lengths as a case takes them.
std::string as_key(const std::string& key, const Lengths& lengths) {
  std::string text = "  " + key + " = {";
  for (std::size_t i = 0; i + 1 < std::size(shares); ++i)
    text += format("{} {} = {:.0f}", i == 0 ? "" : ",", share_names[i], std::max(1.0, lengths.quantiles[i]));
  return text + " }\n";
}

// What a case says in the log's place.
std::string as_keys(const workload::Trace& trace, const Lengths& prompt, const Lengths& output,
                    double correlation) {
  const workload::Pace pace = workload::pace_of(trace);
  std::string text = "\nin a case, under [workload], without the log:\n";
  if (pace.requests_per_second > 0)
    text += format("  requests_per_second = {:.4g}\n", pace.requests_per_second);
  text += as_key("prompt_tokens", prompt) + as_key("output_tokens", output) +
          format("  rank_correlation = {:.2f}\n", correlation);
  if (const auto peak = workload::busiest_hour_to_mean(trace))
    text += format("  peak_to_mean = {:.3g}\n", std::max(1.0, *peak));
  if (pace.gap_cv > 0) text += format("  arrivals = {{ gap_cv = {:.3g} }}\n", pace.gap_cv);
  if (const auto sharing = workload::prefix_sharing_of(trace))
    text += format("  prefix_sharing = {{ tokens = {}, prefixes = {}, share = {:.2g} }}\n",
                   sharing->prefix_tokens, sharing->prefixes, sharing->share);
  return text;
}

std::string bad_lines_text(const formats::RequestLogReport& report) {
  std::string text;
  if (report.without_tokens > 0)
    text += format("\n{} requests had no prompt or no answer (failed) and are left out.\n",
                   significant(static_cast<double>(report.without_tokens), 9));
  if (report.bad_lines == 0) return text;
  text += report.bad_lines == 1
              ? "\n1 bad line is left out"
              : format("\n{} bad lines are left out", significant(static_cast<double>(report.bad_lines), 9));
  text += report.bad_lines > report.first_bad_lines.size() ? ", the first of them:\n" : ":\n";
  for (const Error& problem : report.first_bad_lines) text += "  " + to_text(problem) + "\n";
  return text;
}

void add_arrivals(const workload::Trace& trace, const report::Screen& screen, Answer& answer) {
  const workload::Pace pace = workload::pace_of(trace);
  answer.json["arrivals"] = Json();
  if (pace.requests_per_second <= 0) {
    answer.text += "arrivals: the log does not tell\n";
    return;
  }
  const std::vector<double> load = workload::load_over_time(trace, stretches);
  const auto peak = workload::busiest_hour_to_mean(trace);
  answer.json["arrivals"] = {
      {"requests_per_second", pace.requests_per_second},
      {"busiest_minute_requests_per_second", pace.busiest_minute ? Json(*pace.busiest_minute) : Json()},
      {"busiest_hour_to_mean", peak ? Json(*peak) : Json()},
      {"gap_cv", pace.gap_cv},
      {"load_over_time", load}};
  const Seconds duration(static_cast<double>(trace.duration()) / workload::nanoseconds_per_second);
  answer.text += format(
      "arrivals: {} requests/s over {}{}; gaps vary by {} (Poisson: 1)\n",
      significant(pace.requests_per_second), bitworth::to_text(duration),
      pace.busiest_minute ? format(", {} in the busiest minute", significant(*pace.busiest_minute)) : "",
      significant(pace.gap_cv));
  if (peak) answer.text += format("the busiest hour has {} times the mean load\n", significant(*peak));
  if (screen.unicode)
    answer.text += format("load over the log, a mark each {}\n  {}\n",
                          bitworth::to_text(duration / stretches), report::bars(load));
}

void add_prefixes(const workload::Trace& trace, Answer& answer) {
  const auto repeated = workload::repeated_prefix_share(trace);
  answer.json["repeated_prefix_share"] = repeated ? Json(*repeated) : Json();
  if (repeated)
    answer.text += format("prompts name blocks of {} tokens; {} of them begin as an earlier prompt did\n",
                          trace.prefix_block_tokens, percent(*repeated));
}

Answer describe(const std::string& path, const formats::RequestLogSettings& settings,
                const report::Screen& screen) {
  const formats::RequestLog log = read_log(path, settings);
  const workload::Trace& trace = log.trace;
  const Lengths prompt = lengths_of(trace.all_prompt_tokens()),
                output = lengths_of(trace.all_output_tokens());
  const double correlation = workload::rank_correlation(trace.all_prompt_tokens(), trace.all_output_tokens());
  Answer answer;
  answer.json = {
      {"schema", "bitworth.workload"},
      {"schema_version", 1},
      {"format", log.report.format},
      {"requests", trace.size()},
      {"bad_lines", log.report.bad_lines},
      {"without_tokens", log.report.without_tokens},
      {"prompt_tokens", json_of(prompt)},
      {"output_tokens", json_of(output)},
      {"rank_correlation", correlation},
      {"duration_seconds", static_cast<double>(trace.duration()) / workload::nanoseconds_per_second}};
  answer.text = format("{}: {}, {} requests\n\n", path, log.report.format,
                       significant(static_cast<double>(trace.size()), 9)) +
                report::table({header(), row_of("prompt", prompt), row_of("output", output)}) +
                format("\nrank correlation of the two: {:+.2f}\n", correlation);
  add_arrivals(trace, screen, answer);
  add_prefixes(trace, answer);
  answer.text += as_keys(trace, prompt, output, correlation);
  answer.text += bad_lines_text(log.report);
  return answer;
}

}  // namespace

void add_workload(CLI::App& app) {
  struct Flags {
    std::string path;
    RequestLogFlags format;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* command =
      add_command(app, "workload", "What is in a request log", [flags](const report::Screen& screen) {
        return describe(flags->path, flags->format.settings("workload"), screen);
      });
  command
      ->add_option("file", flags->path,
                   "CSV or JSON lines, also gzipped (docs/formats/request_logs.md); - reads a pipe")
      ->required();
  flags->format.add_to(*command);
  command->footer(
      "Known by their columns: Azure, Mooncake, BurstGPT, Vidur, vLLM, guidellm and OpenAI-style logs.\n\n"
      "Examples:\n"
      "  bitworth workload requests.csv\n"
      "  bitworth workload usage.jsonl.gz --columns prompt=in,output=out --json\n"
      "  zstdcat requests.csv.zst | bitworth workload -\n");
}

}  // namespace bitworth::cli
