#include "bitworth/decision/advice_facts.hpp"

#include "bitworth/base/text.hpp"
#include "bitworth/decision/operation.hpp"
#include "bitworth/economics/advice.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

Fact memory_constrained(const cases::Case& c, const Operation& baseline) {
  const std::string key = "memory_constrained";
  if (!baseline.memory.fits())
    return {key, true, format("weights of {} a GPU do not fit", to_text(baseline.memory.weights))};
  if (!roofline::plan_memory(c, c.baseline, 1).fits())
    return {key, true, format("the weights need {} GPUs a replica", baseline.shape.gpus)};
  // Memory that caps the batch costs nothing while one replica carries the load anyway.
  const bool load_fills_it = baseline.plan && baseline.plan->use.peak.replicas > c.hardware.min_replicas;
  const std::string holds =
      format("the KV cache holds {} sequences", significant(baseline.sequences_that_fit));
  if (baseline.closed_form.limit == roofline::Limit::kv_memory && load_fills_it)
    return {key, true, holds + ", and nothing else limits the batch"};
  if (!load_fills_it)
    return {key, false, format("{}, the load needs {}", holds, significant(baseline.batch_at_mean_load()))};
  return {key, false,
          format("{}; {} limits the batch to {}", holds, to_text(baseline.closed_form.limit),
                 significant(baseline.closed_form.state.batch))};
}

Fact decode_heavy(const Operation& baseline) {
  return {"decode_heavy", baseline.decode_share > 0.5,
          format("decode takes {} of a replica's busy time", percent(baseline.decode_share))};
}

Fact asked(std::string key, std::optional<bool> answer, std::string_view case_key) {
  if (!answer) return {std::move(key), std::nullopt, format("say {} in the case", case_key)};
  return {std::move(key), answer, format("the case says {} = {}", case_key, *answer)};
}

economics::Volume volume(const cases::Case& c, double requests_per_day) {
  if (requests_per_day >= c.thresholds.high_volume_requests_per_day) return economics::Volume::high;
  if (requests_per_day < c.thresholds.low_volume_requests_per_day) return economics::Volume::low;
  return economics::Volume::moderate;
}

Fact compute_is_minor(const cases::Case& c, const Operation& baseline) {
  const std::string key = "compute-is-minor";
  if (!baseline.cost) return {key, std::nullopt, "no dollars here: give hardware.price_per_gpu_hour"};
  if (!c.money.other_monthly_costs) return {key, std::nullopt, "say money.other_monthly_costs in the case"};
  const double total = baseline.cost->after + *c.money.other_monthly_costs;
  const double share = total > 0 ? baseline.cost->after / total : 0;
  return {key, share < c.thresholds.small_compute_share,
          format("compute is {} of the monthly cost", percent(share))};
}

Fact latency_met(const cases::Case& c, const Operation& baseline) {
  const std::string key = "latency-met";
  const workload::Slo& slo = c.workload.slo;
  if (!slo.tpot_p99 && !slo.ttft_p99) return {key, std::nullopt, "say workload.slo in the case"};
  if (!baseline.feasible()) return {key, false, "the SLO cannot be met here"};
  if (baseline.at_peak)
    return {key, true,
            format("at the peak 99 % wait {} for a first token and {} for each further one",
                   to_text(Seconds(baseline.at_peak->ttft.p99.value)),
                   to_text(Seconds(baseline.at_peak->tpot.p99.value)))};
  return {key, true,
          format("at its mean load a token takes {} and a long prompt {}",
                 to_text(baseline.state.step.total()), to_text(baseline.state.ttft))};
}

Fact models_change_often(const cases::Case& c) {
  const std::string key = "models-change-often";
  if (!c.model_updates_per_year) return {key, std::nullopt, "say model.updates_per_year in the case"};
  return {key, *c.model_updates_per_year > c.thresholds.frequent_updates_per_year,
          format("{} new models a year", significant(*c.model_updates_per_year))};
}

Fact team_stretched(const cases::Case& c) {
  Fact fact = asked("team-stretched", c.team.engineering_capacity, "team.engineering_capacity");
  if (fact.holds) fact.holds = !*fact.holds;
  return fact;
}

}  // namespace

ArticleView article_view(const cases::Case& c, const Operation& baseline) {
  ArticleView view;
  view.matrix = {memory_constrained(c, baseline), decode_heavy(baseline),
                 asked("quality_critical", c.quality.critical, "quality.critical"),
                 asked("engineering_capacity", c.team.engineering_capacity, "team.engineering_capacity")};
  const double requests_per_day = c.workload.requests_per_second.value * one_day.value();
  const economics::Volume size = volume(c, requests_per_day);
  view.volume = economics::to_text(size);
  view.volume_because = format("{} requests a day", significant(requests_per_day));
  view.advice = economics::should_quantize({.memory_constrained = view.matrix[0].holds.value_or(false),
                                            .decode_heavy = view.matrix[1].holds.value_or(false),
                                            .quality_critical = view.matrix[2].holds.value_or(false),
                                            .engineering_capacity = view.matrix[3].holds.value_or(false),
                                            .volume = size});
  for (const Fact& fact : view.matrix) {
    if (!fact.holds)
      view.advice_assumes += format("{}{} taken as no", view.advice_assumes.empty() ? "" : ", ", fact.key);
  }
  view.checklist = {asked("quality-first", c.quality.critical, "quality.critical"),
                    compute_is_minor(c, baseline), latency_met(c, baseline), team_stretched(c),
                    models_change_often(c)};
  return view;
}

ArticleView article_view(const cases::Case& c) {
  return article_view(c, operate_alone(c, baseline_index));
}

}  // namespace bitworth::decision
