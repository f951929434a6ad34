#include "app/cli/simulation_report.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/report/text_chart.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

using Json = nlohmann::ordered_json;
using serving::Distribution;
using serving::Figure;

std::string figure_text(const Figure& figure) {
  return bitworth::to_text(Seconds(figure.value));
}

std::vector<std::string> row_of(const std::string& name, const Distribution& d) {
  if (d.count == 0) return {name, "-", "-", "-", "-", "-", "-"};
  std::string interval = "-";
  if (d.p99.interval)
    interval = bitworth::to_text(Seconds(d.p99.interval->low)) + " to " +
               bitworth::to_text(Seconds(d.p99.interval->high));
  return {name,
          figure_text(d.mean),
          figure_text(d.p50),
          figure_text(d.p90),
          figure_text(d.p95),
          figure_text(d.p99),
          interval};
}

Json json_of(const Figure& figure) {
  Json json = {{"value", figure.value}, {"low", nullptr}, {"high", nullptr}};
  if (figure.interval) {
    json["low"] = figure.interval->low;
    json["high"] = figure.interval->high;
  }
  return json;
}

Json json_of(const Distribution& d) {
  if (d.count == 0) return nullptr;
  return {{"count", d.count},      {"mean", json_of(d.mean)}, {"p50", json_of(d.p50)},
          {"p90", json_of(d.p90)}, {"p95", json_of(d.p95)},   {"p99", json_of(d.p99)}};
}

// The energy over so many, in joules.
double each(const serving::Simulation& s, std::int64_t count) {
  return s.energy->value() / static_cast<double>(std::max<std::int64_t>(count, 1));
}

std::string count_text(std::int64_t count) {
  return significant(static_cast<double>(count), 12);
}

std::string course(const serving::Simulation& s, double serving::Simulation::Moment::*value) {
  std::vector<double> values;
  for (const auto& moment : s.over_time) values.push_back(moment.*value);
  return report::bars(values);
}

}  // namespace

std::string to_text(const serving::Simulation& s, const report::Screen& screen) {
  using Moment = serving::Simulation::Moment;
  std::string text = report::table({{"", "mean", "p50", "p90", "p95", "p99", "p99, 95 % interval"},
                                    row_of("TTFT", s.ttft),
                                    row_of("TPOT", s.tpot),
                                    row_of("ITL", s.itl),
                                    row_of("E2E", s.e2e)});
  text += "\n" + report::table({{"requests served", significant(s.request_rate.value()) + " /s"},
                                {"of them within the SLO (goodput)", significant(s.goodput.value()) + " /s"},
                                {"output", bitworth::to_text(s.output_rate)},
                                {"replicas busy", percent(s.busy_share)},
                                {"memory-bound fraction of busy time", percent(s.memory_bound_fraction)},
                                {"sequences in a step, mean", significant(s.mean_running)},
                                {"KV blocks in use, mean and peak",
                                 percent(s.kv_share_mean) + ", " + percent(s.kv_share_peak)},
                                {"preemptions", count_text(s.totals.preemptions)},
                                {"steps", count_text(s.totals.steps)}});
  if (s.totals.rejected > 0)
    text += format("\n{} requests never fit into the KV cache and are rejected.\n",
                   count_text(s.totals.rejected));
  if (s.totals.reused_tokens > 0)
    text += format("\n{} prompt tokens came from the prefix cache.\n", count_text(s.totals.reused_tokens));
  if (s.energy)
    text += format("\nenergy: {} kWh, {} J a request, {} J an output token; from the power limit\n",
                   significant(s.energy->value() / 3.6e6), significant(each(s, s.totals.finished)),
                   significant(each(s, s.totals.output_tokens)));
  if (screen.unicode)
    text += format("\nover {}\n  sequences  {}\n  waiting    {}\n  KV blocks  {}\n",
                   bitworth::to_text(s.duration), course(s, &Moment::running), course(s, &Moment::waiting),
                   course(s, &Moment::kv_share));
  return text;
}

Json to_json(const serving::Simulation& s) {
  Json json = {{"ttft_seconds", json_of(s.ttft)},
               {"tpot_seconds", json_of(s.tpot)},
               {"itl_seconds", json_of(s.itl)},
               {"e2e_seconds", json_of(s.e2e)},
               {"duration_seconds", s.duration.value()},
               {"requests_finished", s.totals.finished},
               {"requests_rejected", s.totals.rejected},
               {"requests_per_second", s.request_rate.value()},
               {"goodput_requests_per_second", s.goodput.value()},
               {"output_tokens_per_second", s.output_rate.value()},
               {"busy_share", s.busy_share},
               {"memory_bound_fraction", s.memory_bound_fraction},
               {"mean_running", s.mean_running},
               {"kv_share_mean", s.kv_share_mean},
               {"kv_share_peak", s.kv_share_peak},
               {"preemptions", s.totals.preemptions},
               {"recomputed_tokens", s.totals.recomputed_tokens},
               {"reused_tokens", s.totals.reused_tokens},
               {"steps", s.totals.steps},
               {"energy_joules", s.energy ? Json(s.energy->value()) : Json()}};
  json["over_time"] = Json::array();
  for (const auto& moment : s.over_time)
    json["over_time"].push_back({{"start_seconds", moment.start.value()},
                                 {"running", moment.running},
                                 {"waiting", moment.waiting},
                                 {"kv_share", moment.kv_share},
                                 {"busy_share", moment.busy_share}});
  return json;
}

}  // namespace bitworth::cli
