#include <algorithm>
#include <memory>
#include <utility>

#include "bitworth/formats/case_sections.hpp"
#include "bitworth/formats/request_log.hpp"
#include "bitworth/formats/workloads.hpp"
#include "bitworth/units/print.hpp"
#include "bitworth/workload/pace.hpp"
#include "bitworth/workload/trace_of.hpp"

namespace bitworth::formats {
namespace {

using workload::LengthDistribution;
using workload::QuantileTable;

constexpr double most_tokens = 1e8;
constexpr Kind tokens{
    .words = "tokens from 1 to 100000000", .example = "1020", .low = 1, .high = most_tokens};
constexpr Kind requests_per_second{.words = "requests per second above 0 and at most 1000000",
                                   .example = "12 or \"12 requests/s\"",
                                   .dimension = PerSecond::dimension,
                                   .low = 0,
                                   .high = 1e6,
                                   .above_low = true};
constexpr Kind peak_to_mean{.words = "a ratio from 1 to 1000", .example = "2", .low = 1, .high = 1000};
constexpr Kind correlation{.words = "a number from -1 to 1", .example = "0.1", .low = -1, .high = 1};
constexpr Kind gap_cv{
    .words = "a number above 0 and at most 100", .example = "2", .low = 0, .high = 100, .above_low = true};
constexpr Kind growth{
    .words = "a share from -0.9 to 100", .example = "0.5 or \"50 %\"", .low = -0.9, .high = 100};
constexpr Kind prefix_tokens{.words = "tokens from 16 to 1000000", .example = "512", .low = 16, .high = 1e6};
constexpr Kind prefixes{.words = "a whole number from 1 to 1000000", .example = "3", .low = 1, .high = 1e6};
const std::vector<std::string> time_units = {"s", "ms", "us", "ns"};

/// Of what is drawn in place of a log's lengths.
constexpr std::uint64_t seed = 1;

// { p50 = 1020, p95 = 4083 }, with any of p5 to p99 besides. Absent: the key is, or it is wrong.
std::optional<LengthDistribution> read_lengths(Reader& workload, std::string_view key) {
  if (!workload.has(key)) return std::nullopt;
  Reader lengths = workload.table(key, "{ p50 = 1020, p95 = 4083 }");
  lengths.require({{"p50", "p50 = 1020"}, {"p95", "p95 = 4083"}});
  std::vector<QuantileTable::Point> points;
  std::string below;
  for (const int percent : {5, 10, 25, 50, 75, 90, 95, 99}) {
    const std::string name = format("p{}", percent);
    const auto value = lengths.number(name, tokens);
    if (!value) continue;
    if (!points.empty() && *value < points.back().tokens) {
      lengths.fail(name, ErrorKind::usage,
                   format("{} has {} = {} and {} = {}", key, below, points.back().tokens, name, *value),
                   format("write a {} that is not below {}", name, below));
      continue;
    }
    points.push_back({percent / 100.0, *value});
    below = name;
  }
  lengths.finish();
  if (points.size() < 2) return LengthDistribution{1, 1};
  if (points.size() == 2) return LengthDistribution{points[0].tokens, points[1].tokens};
  return workload::lengths_through(points, most_tokens);
}

std::optional<RequestColumns> read_columns(Reader& workload) {
  const auto unit = workload.choice("time_unit", time_units).value_or("s");
  if (!workload.has("columns")) return std::nullopt;
  Reader columns =
      workload.table("columns", "{ arrival = \"time\", prompt_tokens = \"in\", output_tokens = \"out\" }");
  columns.require(
      {{"prompt_tokens", "prompt_tokens = \"in\""}, {"output_tokens", "output_tokens = \"out\""}});
  RequestColumns result;
  result.arrival = columns.text("arrival").value_or("");
  result.prompt_tokens = columns.text("prompt_tokens").value_or("");
  result.output_tokens = columns.text("output_tokens").value_or("");
  result.prefix = columns.text("prefix").value_or("");
  for (const auto& [name, nanoseconds] :
       {std::pair{"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1000}, {"ns", 1}}) {
    if (unit == name) result.arrival_unit_nanoseconds = nanoseconds;
  }
  columns.finish();
  return result;
}

// The log that the section names, beside the case. Null: none, or it cannot be read.
std::shared_ptr<const workload::Trace> read_log(Reader& section, const Catalog& catalog, cases::Case& c) {
  RequestLogSettings settings;
  settings.columns = read_columns(section);
  const auto limit = section.integer("bad_lines", kinds::count_or_none);
  settings.bad_line_limit =
      static_cast<std::uint64_t>(limit.value_or(catalog.defaults.integer("workload.bad_lines")));
  if (!section.has("trace")) {
    for (const std::string_view key : {"columns", "time_unit", "bad_lines"}) {
      if (section.has(key))
        section.fail(key, ErrorKind::usage, format("{} is given without a trace", key),
                     "write trace = \"requests.csv\", or leave it out");
    }
    return nullptr;
  }
  const std::optional<std::string> path = section.path("trace");
  if (!path) return nullptr;
  auto log = read_request_log(*path, settings);
  if (!log) {
    section.fail("trace", log.error().kind, "trace: " + to_text(log.error()),
                 log.error().hint.empty() ? "paths start at the folder of the case" : "");
    return nullptr;
  }
  if (log->report.bad_lines > 0)
    c.warnings.push_back(format("{} bad line{} of {} left out: bitworth workload shows them",
                                log->report.bad_lines, log->report.bad_lines == 1 ? "" : "s",
                                section.text("trace").value_or("")));
  return std::make_shared<const workload::Trace>(std::move(log->trace));
}

// What a log says where the section is silent.
void follow_log(Reader& section, const Catalog& catalog, const workload::Trace& log, cases::Case& c) {
  workload::Workload& w = c.workload;
  const std::string path = section.text("trace").value_or("");
  const workload::Pace pace = workload::pace_of(log);
  if (!section.has("requests_per_second") && pace.requests_per_second > 0) {
    const double spread = catalog.defaults.spread("workload.requests_per_second");
    w.requests_per_second = {pace.requests_per_second,
                             pace.requests_per_second / spread,
                             pace.requests_per_second * spread,
                             Provenance::measured,
                             path,
                             ""};
  }
  if (pace.gap_cv > 0) w.gap_cv = pace.gap_cv;
  w.rank_correlation = workload::rank_correlation(log.all_prompt_tokens(), log.all_output_tokens());
  if (section.has("peak_to_mean")) return;
  if (const auto busiest = workload::busiest_hour_to_mean(log)) {
    w.peak_to_mean = std::max(1.0, *busiest);
  } else {
    c.warnings.push_back(
        format("{} covers less than a day, so that its peak is not known: peak_to_mean is {}", path,
               w.peak_to_mean));
  }
}

const NamedWorkload* read_named(Reader& section) {
  if (!section.has("named")) return nullptr;
  const std::string name = section.text("named").value_or("");
  if (section.has("trace"))
    section.fail("named", ErrorKind::usage, "named is given beside a trace", "write one of the two");
  return resolved(section, "named", "workload", name, built_in_workloads(), "");
}

std::optional<workload::PrefixSharing> read_prefix_sharing(Reader& section) {
  if (!section.has("prefix_sharing")) return std::nullopt;
  Reader table = section.table("prefix_sharing", "{ tokens = 512, prefixes = 1, share = 1 }");
  table.require({{"tokens", "tokens = 512"}});
  workload::PrefixSharing result;
  result.prefix_tokens = table.integer("tokens", prefix_tokens).value_or(512);
  result.prefixes = table.integer("prefixes", prefixes).value_or(1);
  result.share = table.number("share", kinds::share).value_or(1);
  table.finish();
  return result;
}

void read_arrivals(Reader& section, workload::Workload& w) {
  if (!section.has("arrivals")) return;
  Reader arrivals = section.table("arrivals", "{ gap_cv = 2 }");
  arrivals.require({{"gap_cv", "gap_cv = 2"}});
  w.gap_cv = arrivals.number("gap_cv", gap_cv).value_or(w.gap_cv);
  arrivals.finish();
}

// A log's requests come as they came; what would be drawn is not asked for.
void refuse_beside_log(Reader& section, const workload::Trace& log) {
  const auto refuse = [&](std::string_view key) {
    if (section.has(key))
      section.fail(key, ErrorKind::usage, format("{} is given beside a trace that tells it", key),
                   "leave one of them out");
  };
  if (log.duration() > 0) refuse("arrivals");
  refuse("prefix_sharing");
}

void require_what_nothing_tells(Reader& section, bool tells_load, bool tells_lengths) {
  if (!tells_load) section.require({{"requests_per_second", "requests_per_second = 12"}});
  if (!tells_lengths)
    section.require({{"prompt_tokens", "prompt_tokens = { p50 = 1020, p95 = 4083 }"},
                     {"output_tokens", "output_tokens = { p50 = 129, p95 = 451 }"}});
}

}  // namespace

void read_requests(Reader& section, const Catalog& catalog, cases::Case& c) {
  const Defaults& defaults = catalog.defaults;
  workload::Workload& w = c.workload;
  const auto log = read_log(section, catalog, c);
  const NamedWorkload* named = read_named(section);
  // A log that cannot be read is one problem, not three.
  const bool log_tells = section.has("trace") && (log == nullptr || log->duration() > 0);
  require_what_nothing_tells(section, log_tells, section.has("trace") || section.has("named"));
  w.requests_per_second = section
                              .estimate("requests_per_second", requests_per_second,
                                        defaults.spread("workload.requests_per_second"))
                              .value_or(Estimate());
  w.peak_to_mean =
      section.number("peak_to_mean", peak_to_mean).value_or(defaults.number("workload.peak_to_mean"));
  w.gap_cv = defaults.number("workload.arrivals.gap_cv");
  w.rank_correlation = defaults.number("workload.rank_correlation");
  if (named != nullptr) {
    w.gap_cv = named->gap_cv;
    w.rank_correlation = named->rank_correlation;
  }
  if (log != nullptr) {
    follow_log(section, catalog, *log, c);
    refuse_beside_log(section, *log);
  }
  read_arrivals(section, w);
  w.rank_correlation = section.number("rank_correlation", correlation).value_or(w.rank_correlation);
  w.prefix_sharing = read_prefix_sharing(section);
  w.growth_per_year =
      section.estimate("growth_per_year", growth, 1).value_or(defaults.estimate("workload.growth_per_year"));
  const auto prompt = read_lengths(section, "prompt_tokens"), output = read_lengths(section, "output_tokens");
  if (log != nullptr) {
    w.log = prompt || output ? std::make_shared<const workload::Trace>(
                                   workload::with_lengths(*log, prompt, output, w.rank_correlation, seed))
                             : log;
    w.prompt_tokens = workload::lengths_of(workload::quantiles_of(w.log->all_prompt_tokens()));
    w.output_tokens = workload::lengths_of(workload::quantiles_of(w.log->all_output_tokens()));
    return;
  }
  const LengthDistribution nothing{1, 1};
  w.prompt_tokens = prompt             ? *prompt
                    : named != nullptr ? workload::lengths_of(named->prompt_tokens)
                                       : nothing;
  w.output_tokens = output             ? *output
                    : named != nullptr ? workload::lengths_of(named->output_tokens)
                                       : nothing;
}

}  // namespace bitworth::formats
