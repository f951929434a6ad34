#include "bitworth/report/decision_json.hpp"

#include <nlohmann/json.hpp>

#include "bitworth/decision/quality_bar.hpp"
#include "bitworth/llm/footprint.hpp"
#include "bitworth/report/json_object.hpp"
#include "bitworth/report/quality_json.hpp"
#include "bitworth/report/worth_json.hpp"
#include "bitworth/report/worth_text.hpp"

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Estimate& estimate) {
  return object({{"value", estimate.value},
                 {"p10", estimate.p10},
                 {"p90", estimate.p90},
                 {"provenance", bitworth::to_text(estimate.provenance)},
                 {"source", estimate.source},
                 {"date", estimate.date.empty() ? Json() : Json(estimate.date)}});
}

template <class T>
Json json_of(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_same_v<T, Estimate>) {
    return json_of(*value);
  } else {
    return *value;
  }
}

Json json_of(const roofline::StepTime& step) {
  return object({{"total_seconds", step.total().value()},
                 {"weight_reads_seconds", step.weight_reads.value()},
                 {"kv_reads_seconds", step.kv_reads.value()},
                 {"activations_seconds", step.activations.value()},
                 {"compute_seconds", step.compute.value()},
                 {"communication_seconds", step.communication.value()},
                 {"launches_seconds", step.launches.value()},
                 {"host_seconds", step.host.value()},
                 {"memory_bound_fraction", step.memory_bound_fraction()}});
}

Json json_of(const workload::LengthDistribution& lengths) {
  return object({{"p50", lengths.p50}, {"p95", lengths.p95}, {"mean", lengths.mean()}});
}

Json seconds_of(const std::optional<Seconds>& value) {
  return value ? Json(value->value()) : Json();
}

Json json_of_tenure(const cases::Hardware& hardware) {
  switch (hardware.tenure) {
    case cases::Tenure::on_demand:
      return object({{"kind", "on-demand"}});
    case cases::Tenure::reserved:
      return object({{"kind", "reserved"},
                     {"usd_per_gpu_hour", json_of(hardware.reserved_price_per_gpu_hour)},
                     {"committed_months", hardware.committed_months}});
    case cases::Tenure::owned:
      break;
  }
  const cases::OwnedGpu& gpu = *hardware.owned;
  return object({{"kind", "owned"},
                 {"usd_per_gpu", json_of(gpu.price)},
                 {"residual_share", json_of(gpu.residual_share)},
                 {"years", gpu.years},
                 {"watts_per_gpu", gpu.power.value()},
                 {"pue", json_of(gpu.pue)},
                 {"usd_per_kwh", json_of(gpu.dollars_per_kwh)},
                 {"committed_months", hardware.committed_months}});
}

Json json_of_case(const cases::Case& c) {
  const workload::Workload& w = c.workload;
  return object({{"name", c.name},
                 {"architecture", object({{"id", c.architecture.id},
                                          {"name", c.architecture.name},
                                          {"source", c.architecture.source}})},
                 {"device", object({{"id", c.hardware.device.id},
                                    {"name", c.hardware.device.name},
                                    {"source", c.hardware.device.source},
                                    {"date", c.hardware.device.date}})},
                 {"price_usd_per_gpu_hour", json_of(c.hardware.price_per_gpu_hour)},
                 {"tenure", json_of_tenure(c.hardware)},
                 {"autoscaling", c.hardware.autoscaling},
                 {"engine", c.engine.name},
                 {"requests_per_second", json_of(w.requests_per_second)},
                 {"peak_to_mean", w.peak_to_mean},
                 {"prompt_tokens", json_of(w.prompt_tokens)},
                 {"output_tokens", json_of(w.output_tokens)},
                 {"slo", object({{"ttft_p99_seconds", seconds_of(w.slo.ttft_p99)},
                                 {"tpot_p99_seconds", seconds_of(w.slo.tpot_p99)}})},
                 {"quality_margin", c.quality.margin},
                 {"horizon_months", c.money.horizon_months},
                 {"warnings", c.warnings}});
}

Json json_of_capacity(const decision::Operation& o) {
  return object(
      {{"source", to_text(o.source)},
       {"requests_per_second_per_replica", o.plan ? Json(o.plan->replica_requests_per_second) : Json()},
       {"relative_error", o.plan ? Json(o.capacity_error) : Json()},
       {"gives_way", o.gives_way ? Json(to_text(o.gives_way->measure)) : Json()}});
}

Json json_of_closed_form(const roofline::Capacity& capacity) {
  const bool feasible = capacity.limit != roofline::Limit::infeasible;
  return object(
      {{"batch", feasible ? Json(capacity.state.batch) : Json()},
       {"requests_per_second_per_replica", feasible ? Json(capacity.state.requests_per_second) : Json()},
       {"limited_by", to_text(feasible ? capacity.limit : capacity.missed)}});
}

Json json_of_fleet(const std::optional<decision::FleetPlan>& plan) {
  if (!plan) return nullptr;
  const economics::Fleet& peak = plan->use.peak;
  return object({{"replicas", peak.replicas},
                 {"instances", peak.instances},
                 {"instance_size", peak.instance_size},
                 {"gpus", peak.gpus()},
                 {"mean_gpus", plan->use.mean_gpus},
                 {"utilization", plan->use.utilization}});
}

Json json_of(const serving::Distribution& d) {
  return object({{"mean_seconds", d.mean.value},
                 {"p50_seconds", d.p50.value},
                 {"p90_seconds", d.p90.value},
                 {"p95_seconds", d.p95.value},
                 {"p99_seconds", d.p99.value}});
}

Json json_of(const std::optional<decision::ServedLoad>& load) {
  if (!load) return nullptr;
  return object({{"requests_per_second_per_replica", load->requests_per_second},
                 {"ttft", json_of(load->ttft)},
                 {"tpot", json_of(load->tpot)},
                 {"batch", load->batch},
                 {"busy_share", load->busy_share},
                 {"memory_bound_fraction", load->memory_bound_fraction}});
}

Json json_of_running(const decision::Operation& o) {
  return object({{"feasible", o.feasible()},
                 {"gpus_per_replica", o.shape.gpus},
                 {"max_num_seqs", o.shape.max_num_seqs},
                 {"token_budget", o.shape.token_budget},
                 {"memory_per_gpu", object({{"usable_bytes", o.memory.usable.value()},
                                            {"weights_bytes", o.memory.weights.value()},
                                            {"workspace_bytes", o.memory.workspace.value()},
                                            {"kv_cache_bytes", o.memory.kv_cache.value()}})},
                 {"sequences_that_fit", o.sequences_that_fit},
                 {"capacity", json_of_capacity(o)},
                 {"closed_form_capacity", json_of_closed_form(o.closed_form)},
                 {"fleet", json_of_fleet(o.plan)},
                 {"at_mean_load", json_of(o.at_mean)},
                 {"at_peak_load", json_of(o.at_peak)},
                 {"batch_at_mean_load", o.batch_at_mean_load()},
                 {"memory_bound_fraction", o.memory_bound_fraction()},
                 {"decode_share", o.decode_share},
                 {"cycle_per_output_token", json_of(o.state.step)},
                 {"decode_step", json_of(o.decode)},
                 {"prefill_step", json_of(o.prefill)}});
}

Json json_of_costs(const decision::Operation& o) {
  const auto cost = [&](double decision::UnitCosts::*which) {
    return o.unit_costs ? Json((*o.unit_costs).*which) : Json();
  };
  return object({{"usd_per_month", o.cost ? Json(o.cost->after) : Json()},
                 {"usd_per_month_while_committed", o.cost ? Json(o.cost->during) : Json()},
                 {"usd_per_million_input_tokens", cost(&decision::UnitCosts::per_million_input_tokens)},
                 {"usd_per_million_output_tokens", cost(&decision::UnitCosts::per_million_output_tokens)},
                 {"usd_per_million_tokens", cost(&decision::UnitCosts::per_million_tokens)},
                 {"usd_per_request", cost(&decision::UnitCosts::per_request)}});
}

// Of what others serve only the price is known.
Json json_of(const decision::Operation& operation) {
  const decision::Operation& o = operation;
  Json result = object({{"served_by", o.served_by_others ? "others" : "here"}});
  if (!o.served_by_others) result.update(json_of_running(o));
  result.update(json_of_costs(o));
  return result;
}

Json json_of(const decision::Staircase& staircase) {
  Json::array_t loads, gpus, dollars;
  for (Json::array_t* each : {&loads, &gpus, &dollars}) each->reserve(staircase.steps.size());
  for (const decision::Staircase::Step& step : staircase.steps) {
    loads.emplace_back(step.requests_per_second);
    gpus.emplace_back(step.gpus);
    dollars.emplace_back(step.dollars_per_month);
  }
  return object({{"requests_per_second_above", std::move(loads)},
                 {"gpus", std::move(gpus)},
                 {"usd_per_month", std::move(dollars)},
                 {"up_to_requests_per_second", staircase.up_to},
                 {"exact", staircase.exact}});
}

Json json_of_saving(const decision::OptionDecision& d) {
  if (!d.saving_turn) return nullptr;
  const decision::SavingTurn& turn = *d.saving_turn;
  return object(
      {{"turns_below_requests_per_second", turn.below ? Json(turn.below_until) : Json()},
       {"turns_above_requests_per_second", turn.above ? Json(turn.above->requests_per_second) : Json()},
       {"text", turn.text}});
}

Json json_of_commitment(const decision::OptionDecision& d) {
  if (!d.saving || !d.net_worth) return nullptr;
  return object({{"until_month", d.saving->months},
                 {"usd_saved_per_month_until_then", d.saving->during},
                 {"usd_saved_per_month_after", d.saving->after}});
}

Json json_of_test(const cases::Case& c, const cases::Option& option) {
  const auto assessment = decision::assess_quality(c, option);
  return assessment ? to_json(*assessment, decision::quality_plan(c)) : Json();
}

Json json_of_divergence(const cases::Case& c, const cases::Option& option) {
  const auto screening = decision::screen_divergence(c, option);
  return screening ? to_json(*screening, *option.evidence->divergence) : Json();
}

Json json_of_option(const cases::Case& c, const cases::Option& option, const decision::OptionDecision& d) {
  return object({{"name", option.name},
                 {"served_by", option.api ? "others" : "here"},
                 {"device", option.hardware ? option.hardware->device.id : c.hardware.device.id},
                 {"scheme", option.scheme.id},
                 {"runs_as", option.runs_as.id},
                 {"kv_cache", option.kv_cache.id},
                 {"weights_bytes", llm::weight_bytes(c.architecture, option.scheme).total().value()},
                 {"kv_bytes_per_token", llm::kv_bytes_per_token(c.architecture, option.kv_cache).value()},
                 {"operation", json_of(d.operation)},
                 {"speedup", json_of(d.speedup)},
                 {"step_speedup", json_of(d.step_speedup)},
                 {"gpus_saved", json_of(d.gpus_saved)},
                 {"usd_saved_per_month", json_of(d.dollars_saved_per_month)},
                 {"saving_by_commitment", json_of_commitment(d)},
                 {"saving_by_load", json_of_saving(d)},
                 {"staircase", json_of(d.staircase)},
                 {"usd_spent_once", d.money ? Json(d.money->once) : Json()},
                 {"net_worth_usd", json_of(d.net_worth)},
                 {"probability_pays", json_of(d.probability_pays)},
                 {"payback_months", d.money ? json_of(d.money->payback_months) : Json()},
                 {"quality_loss", json_of(d.quality_loss)},
                 {"answer_length", json_of(option.answer_length)},
                 {"quality_bar", to_text(d.bar)},
                 {"quality_test", json_of_test(c, option)},
                 {"quality_divergence", json_of_divergence(c, option)},
                 {"worst_provenance", bitworth::to_text(d.worst_provenance)},
                 {"verdict", to_text(d.verdict)},
                 {"reasons", d.reasons},
                 {"conditions", d.conditions},
                 {"break_evens", worth_json(d.break_evens)},
                 {"worth_spread_usd", worth_json(d.spread)},
                 {"probability_bar_missed", d.probability_bar_missed},
                 {"probability_unserved", d.probability_unserved},
                 {"cost_of_serving_usd", json_of(d.cost_of_serving)},
                 {"money", worth_json(d.money)},
                 {"rules", worth_json(d.rules)},
                 {"widened", worth_json(d.widened)},
                 {"information", d.information ? worth_json(c, *d.information) : Json()}});
}

// Everything that is drawn, and what is certain beside it.
Json json_of_inputs(const cases::Case& c, const decision::Decision& decision) {
  Json result = Json::array();
  for (const decision::NamedInput& input : decision.inputs) {
    Json row = object({{"name", input.name},
                       {"option", input.option ? Json(c.options[*input.option].name) : Json()},
                       {"unit", input.unit}});
    row.update(json_of(input.estimate));
    result.push_back(std::move(row));
  }
  return result;
}

Json json_of_facts(const std::vector<decision::Fact>& facts) {
  Json result = Json::array();
  for (const decision::Fact& fact : facts)
    result.push_back(object({{"key", fact.key}, {"holds", json_of(fact.holds)}, {"because", fact.because}}));
  return result;
}

}  // namespace

Json to_json(const cases::Case& c, const decision::Decision& decision) {
  Json options = Json::array();
  for (std::size_t i = 0; i < c.options.size(); ++i)
    options.push_back(json_of_option(c, c.options[i], decision.options[i]));
  Json ties = Json::array();
  for (const std::size_t i : decision.ties) ties.push_back(c.options[i].name);
  return object(
      {{"schema", "bitworth.decide"},
       {"schema_version", decision_schema_version},
       {"verdict", to_text(decision.verdict)},
       {"best_option", decision.best ? Json(c.options[*decision.best].name) : Json()},
       {"ties", std::move(ties)},
       {"reasons", decision.reasons},
       {"conditions", decision.conditions},
       {"case", json_of_case(c)},
       {"simulation", object({{"samples", decision.samples},
                              {"requests_in_each", decision.requests},
                              {"simulations", decision.simulations}})},
       {"baseline",
        object({{"name", c.baseline.name},
                {"scheme", c.baseline.scheme.id},
                {"runs_as", c.baseline.runs_as.id},
                {"kv_cache", c.baseline.kv_cache.id},
                {"weights_bytes", llm::weight_bytes(c.architecture, c.baseline.scheme).total().value()},
                {"kv_bytes_per_token", llm::kv_bytes_per_token(c.architecture, c.baseline.kv_cache).value()},
                {"operation", json_of(decision.baseline)},
                {"probability_unserved", decision.baseline_probability_unserved},
                {"staircase", json_of(decision.staircase)}})},
       {"baseline_usd_per_good_answer", json_of(decision.baseline_per_good_answer)},
       {"draws", decision.draws},
       {"inputs", json_of_inputs(c, decision)},
       {"options", std::move(options)},
       {"information", decision.information ? worth_json(c, *decision.information) : Json()},
       {"tornado", worth_json(decision.tornado)},
       {"kill_criteria", worth_json(decision.kill_criteria)},
       {"article", object({{"matrix", json_of_facts(decision.article.matrix)},
                           {"volume", decision.article.volume},
                           {"volume_because", decision.article.volume_because},
                           {"advice", decision.article.advice},
                           {"advice_assumes", decision.article.advice_assumes},
                           {"agreement", agreement_text(decision)},
                           {"checklist", json_of_facts(decision.article.checklist)}})}});
}

}  // namespace bitworth::report
