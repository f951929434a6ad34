#include "bitworth/report/estimate_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "bitworth/report/crossover_json.hpp"

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const roofline::StepTime& time) {
  return {{"total", time.total().value()},     {"weight_reads", time.weight_reads.value()},
          {"kv_reads", time.kv_reads.value()}, {"activations", time.activations.value()},
          {"compute", time.compute.value()},   {"communication", time.communication.value()},
          {"launches", time.launches.value()}, {"host", time.host.value()}};
}

std::string_view name_of(roofline::Constants constants) {
  constexpr std::string_view names[] = {"projections", "linears",     "experts",    "lm_head",
                                        "attention",   "elementwise", "all_reduce", "engine"};
  return names[static_cast<std::size_t>(constants)];
}

Json finite(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json json_of(const roofline::Term& term) {
  Json gemm;
  if (term.gemm) {
    const roofline::GemmTerms& g = *term.gemm;
    gemm = {{"k", g.inner},
            {"n", g.outer},
            {"matrices", g.matrices},
            {"rows", g.rows},
            {"bytes", g.bytes.value()},
            {"flop", g.flops.value()},
            {"launch_seconds", g.launch.value()},
            {"memory_seconds", g.memory.value()},
            {"compute_seconds", g.compute.value()},
            {"corner", finite(g.corner)},
            {"seconds", g.time.total().value()}};
  }
  return {{"name", term.name},
          {"constants", name_of(term.constants)},
          {"calls", term.calls},
          {"gemm", gemm},
          {"seconds", json_of(term.time)}};
}

Json json_of(const roofline::PhaseEstimate& phase) {
  const roofline::Bottleneck largest = roofline::bottleneck(phase.time);
  Json terms = Json::array();
  for (const roofline::Term& term : phase.terms) terms.push_back(json_of(term));
  return {{"seconds", json_of(phase.time)},
          {"tokens_per_second", phase.tokens_per_second},
          {"memory_bound_fraction", phase.time.memory_bound_fraction()},
          {"bottleneck",
           {{"resource", largest.resource},
            {"share", largest.share},
            {"speedup_without", finite(largest.speedup_without)}}},
          {"speedup", phase.speedup ? report::json_of(*phase.speedup) : Json()},
          {"steps", phase.steps.count},
          {"terms_of_a_step", terms}};
}

Json json_of(const hardware::Kernel& kernel) {
  return {{"name", kernel.name},
          {"launch_seconds", kernel.launch.value()},
          {"bandwidth_share", kernel.bandwidth_share},
          {"compute_share", kernel.compute_share},
          {"corner", finite(kernel.corner)},
          {"tile_rows", kernel.tile_rows},
          {"source", kernel.source},
          {"date", kernel.date}};
}

Json json_of(const hardware::StepKernels& kernels) {
  return {{"origin", hardware::to_text_of_origin(kernels)},
          {"rung", hardware::to_text(kernels.rung)},
          {"borrowed", kernels.borrowed > 0},
          {"linears", json_of(kernels.linears)},
          {"projections", json_of(kernels.projections)},
          {"experts", json_of(kernels.experts)},
          {"sixteen_bit", json_of(kernels.sixteen_bit)},
          {"engine",
           {{"name", kernels.engine.name},
            {"per_step_seconds", kernels.engine.per_step.value()},
            {"per_layer_seconds", kernels.engine.per_layer.value()},
            {"per_sequence_seconds", kernels.engine.per_sequence.value()},
            {"source", kernels.engine.source},
            {"date", kernels.engine.date}}}};
}

}  // namespace

Json to_json(const cases::Case& c, const roofline::LoadPoint& point,
             const std::vector<roofline::OptionEstimate>& estimates) {
  Json options = Json::array();
  for (const roofline::OptionEstimate& e : estimates)
    options.push_back({{"name", e.option->name},
                       {"scheme", e.option->scheme.id},
                       {"runs_as", e.option->runs_as.id},
                       {"kv_cache", e.option->kv_cache.id},
                       {"decode", json_of(e.decode)},
                       {"prefill", json_of(e.prefill)},
                       {"memory_per_gpu",
                        {{"usable_bytes", e.memory.usable.value()},
                         {"weights_bytes", e.memory.weights.value()},
                         {"workspace_bytes", e.memory.workspace.value()},
                         {"kv_cache_bytes", e.memory.kv_cache.value()}}},
                       {"largest_batch_that_fits", std::floor(e.sequences_that_fit)},
                       {"fits", e.fits},
                       {"kernels", json_of(e.option->kernels)}});
  return {{"schema", "bitworth.estimate"},
          {"schema_version", 1},
          {"load", load_json(c, point)},
          {"options", options}};
}

}  // namespace bitworth::report
