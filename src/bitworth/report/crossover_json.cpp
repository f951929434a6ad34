#include "bitworth/report/crossover_json.hpp"

#include <nlohmann/json.hpp>

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const roofline::Crossings& crossings) {
  return {{"pays_at_first", crossings.starts_above}, {"changes_at", crossings.changes}};
}

Json json_of(const roofline::Crossover& c) {
  Json result = {{"phase", roofline::to_text(c.phase)},
                 {"axis", roofline::to_text(c.axis)},
                 {"from", c.from > 0 ? Json(c.from) : Json()},
                 {"to", c.to > 0 ? Json(c.to) : Json()},
                 {"outside", c.outside == roofline::Misfit::nobody ? Json() : Json(to_text(c.outside))},
                 {"levels", Json::array()}};
  for (const roofline::Threshold& threshold : c.thresholds)
    result["levels"].push_back({{"speedup", threshold.level},
                                {"median", json_of(threshold.median)},
                                {"p10", json_of(threshold.p10)},
                                {"p90", json_of(threshold.p90)}});
  return result;
}

Json json_of(const std::vector<roofline::BatchSpeedup>& batches) {
  Json result = Json::array();
  for (const roofline::BatchSpeedup& at : batches)
    result.push_back({{"batch", at.batch},
                      {"speedup", at.speedup ? report::json_of(*at.speedup) : Json()},
                      {"reason", at.misfit == roofline::Misfit::nobody ? Json() : Json(to_text(at.misfit))}});
  return result;
}

}  // namespace

Json json_of(const roofline::Speedup& speedup) {
  return {{"value", speedup.value}, {"p10", speedup.p10}, {"p90", speedup.p90}};
}

Json load_json(const cases::Case& c, const roofline::LoadPoint& point) {
  return {{"name", c.name},
          {"architecture", c.architecture.id},
          {"device", c.hardware.device.id},
          {"engine", c.engine.name},
          {"baseline", c.baseline.name},
          {"gpus", point.gpus},
          {"batch", point.batch},
          {"prompt_tokens", point.prompt_tokens},
          {"context_tokens", point.context_tokens},
          {"warnings", c.warnings}};
}

Json to_json(const cases::Case& c, const roofline::LoadPoint& point,
             const std::vector<roofline::OptionCrossovers>& found) {
  Json options = Json::array();
  for (std::size_t i = 0; i < found.size(); ++i) {
    Json crossovers = Json::array();
    for (const roofline::Crossover& each : found[i].crossovers) crossovers.push_back(json_of(each));
    options.push_back({{"name", c.options[i].name},
                       {"scheme", c.options[i].scheme.id},
                       {"runs_as", c.options[i].runs_as.id},
                       {"kv_cache", c.options[i].kv_cache.id},
                       {"decode_by_batch", json_of(found[i].decode)},
                       {"prefill_by_batch", json_of(found[i].prefill)},
                       {"crossovers", crossovers}});
  }
  return {{"schema", "bitworth.crossover"},
          {"schema_version", 1},
          {"load", load_json(c, point)},
          {"options", options}};
}

}  // namespace bitworth::report
