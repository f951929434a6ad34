#include "bitworth/report/charts_json.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "bitworth/report/crossover_json.hpp"
#include "bitworth/report/json_object.hpp"
#include "bitworth/report/point_of_today.hpp"
#include "bitworth/roofline/crossover.hpp"
#include "bitworth/roofline/step_work.hpp"

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;

Json points_of(const roofline::Crossover& crossover) {
  Json result = Json::array();
  for (const auto& [at, speedup] : crossover.curve)
    result.push_back(
        object({{"at", at}, {"value", speedup.value}, {"p10", speedup.p10}, {"p90", speedup.p90}}));
  return result;
}

Json curve_of(const cases::Option& option, const roofline::Crossover& crossover) {
  const roofline::Threshold& even =
      crossover.thresholds.empty() ? roofline::Threshold() : crossover.thresholds.front();
  const bool open = crossover.outside == roofline::Misfit::nobody;
  return object(
      {{"option", option.name},
       {"phase", to_text(crossover.phase)},
       {"points", points_of(crossover)},
       {"crossover",
        object({{"median", even.median.changes}, {"p10", even.p10.changes}, {"p90", even.p90.changes}})},
       {"ends_because", open ? Json() : Json(to_text(crossover.outside))}});
}

Json curves_along(roofline::Axis axis, const cases::Case& c, const roofline::LoadPoint& point) {
  Json result = Json::array();
  for (const cases::Option& option : c.options) {
    if (!runs_here(option)) continue;
    for (const roofline::Crossover& each : crossovers_along({&axis, 1}, c, option, point))
      result.push_back(curve_of(option, each));
  }
  return result;
}

Json roofline_point(const cases::Case& c, const cases::Option& option, int gpus, roofline::Phase phase,
                    const roofline::StepShape& shape) {
  const roofline::Replica replica(c, option, gpus);
  const roofline::StepWork work = roofline::step_work(c, option, replica.model(), gpus, shape);
  const Seconds time = replica.model()(shape).total();
  return object({{"option", option.name},
                 {"phase", to_text(phase)},
                 {"tokens", shape.tokens()},
                 {"flops_per_byte", (work.flops / work.bytes).value()},
                 {"flops_per_second", (work.flops / time).value()}});
}

void add_roofline_points(const cases::Case& c, const cases::Option& option, const Place& place,
                         Json& points) {
  points.push_back(roofline_point(c, option, place.gpus, roofline::Phase::decode,
                                  {.decode_sequences = place.batch,
                                   .decode_context = workload::mean_decode_context(c.workload),
                                   .sampled_rows = place.batch}));
  const double budget = c.engine.token_budget;
  points.push_back(roofline_point(c, option, place.gpus, roofline::Phase::prefill,
                                  {.prefill_tokens = budget,
                                   .prefill_context = workload::mean_prefill_context(c.workload),
                                   .sampled_rows = budget / c.workload.prompt_tokens.mean()}));
}

// One roof for each kind of units that the options compute on.
Json roofs(const cases::Case& c) {
  std::set<llm::Compute> kinds = {c.baseline.runs_as.compute};
  for (const cases::Option& option : c.options) kinds.insert(option.runs_as.compute);
  Json result = Json::array();
  for (const llm::Compute kind : kinds) {
    if (const auto rate = hardware::peak_rate(c.hardware.device, kind))
      result.push_back(object({{"units", to_text(kind)}, {"flops_per_second", rate->value()}}));
  }
  return result;
}

Json roofline_of(const cases::Case& c, const decision::Decision& decision) {
  Json points = Json::array();
  add_roofline_points(c, c.baseline, place_of(decision.baseline), points);
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    if (!runs_here(c.options[i])) continue;
    add_roofline_points(c, c.options[i], place_of(decision.options[i].operation), points);
  }
  return object({{"bytes_per_second", c.hardware.device.memory_bandwidth.value()},
                 {"roofs", roofs(c)},
                 {"points", std::move(points)}});
}

Json cash_of(const cases::Case& c, const decision::Decision& decision) {
  Json result = Json::array();
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    Json points = Json::array();
    for (const decision::CashPoint& p : decision.options[i].cash)
      points.push_back(object({{"month", p.month}, {"value", p.value}, {"p10", p.p10}, {"p90", p.p90}}));
    if (!points.empty())
      result.push_back(object({{"option", c.options[i].name}, {"points", std::move(points)}}));
  }
  return result;
}

}  // namespace

Json charts_json(const cases::Case& c, const decision::Decision& decision) {
  const roofline::LoadPoint point = point_of_today(c, decision);
  return object({{"point", object({{"gpus", point.gpus},
                                   {"batch", point.batch},
                                   {"prompt_tokens", point.prompt_tokens},
                                   {"context_tokens", point.context_tokens}})},
                 {"speedup_by_batch", curves_along(roofline::Axis::batch, c, point)},
                 {"speedup_by_context", curves_along(roofline::Axis::context, c, point)},
                 {"roofline", roofline_of(c, decision)},
                 {"cash", cash_of(c, decision)}});
}

}  // namespace bitworth::report
