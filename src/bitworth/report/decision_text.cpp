#include "bitworth/report/decision_text.hpp"

#include <functional>

#include "bitworth/base/text.hpp"
#include "bitworth/report/header_text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/report/worth_text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

const std::string none = "-";
const std::string autoscaled_row = "  mean over the week";

std::string dollars(double value) {
  return bitworth::to_text(Dollars(value));
}

// Below a cent too.
std::string small_dollars(double value) {
  return value < 1 ? "$" + significant(value, 2) : dollars(value);
}

std::string times(double value) {
  return significant(value) + "x";
}

std::string points(double fraction) {
  return significant(fraction * 100, 2);
}

/// One line of the side-by-side table: a label, and what it says of an operation.
struct Row {
  std::string label;
  std::function<std::string(const decision::Operation&)> show;
};

// Of what others serve only the price is known.
std::string shown(const Row& row, const decision::Operation& operation) {
  const bool known = row.label.starts_with("$") || row.label == "GPUs";
  return operation.served_by_others && !known ? none : row.show(operation);
}

std::string waits_for(const roofline::StepTime& step) {
  const roofline::Bottleneck largest = roofline::bottleneck(step);
  return format("{} {}", largest.resource, percent(largest.share));
}

std::string batching(const decision::ReplicaShape& shape) {
  return format("{}, {}", significant(shape.max_num_seqs, 9), significant(shape.token_budget, 9));
}

std::string p99(const decision::Operation& o, serving::Distribution decision::ServedLoad::*measure) {
  return o.at_peak ? bitworth::to_text(Seconds(((*o.at_peak).*measure).p99.value)) : none;
}

// With what gives way first, as far as the simulator saw it.
std::string capacity(const decision::Operation& o) {
  if (!o.plan) return none;
  const std::string rate = significant(o.plan->requests_per_second_per_gpu());
  return o.gives_way ? format("{} ({})", rate, to_text(o.gives_way->measure)) : rate;
}

std::string unit_cost(const decision::Operation& o, double decision::UnitCosts::*which) {
  return o.unit_costs ? small_dollars((*o.unit_costs).*which) : none;
}

const std::vector<Row>& operation_rows() {
  using decision::Operation;
  using decision::UnitCosts;
  static const std::vector<Row> rows = {
      {"GPUs per replica", [](const Operation& o) { return std::to_string(o.shape.gpus); }},
      {"sequences, tokens a step", [](const Operation& o) { return batching(o.shape); }},
      {"weights per GPU", [](const Operation& o) { return bitworth::to_text(o.memory.weights); }},
      {"sequences that fit", [](const Operation& o) { return significant(o.sequences_that_fit); }},
      {"decode step waits for", [](const Operation& o) { return waits_for(o.decode); }},
      {"prefill step waits for", [](const Operation& o) { return waits_for(o.prefill); }},
      {"memory-bound fraction", [](const Operation& o) { return percent(o.memory_bound_fraction()); }},
      {"batch at mean load", [](const Operation& o) { return significant(o.batch_at_mean_load()); }},
      {"TTFT p99 at the peak", [](const Operation& o) { return p99(o, &decision::ServedLoad::ttft); }},
      {"TPOT p99 at the peak", [](const Operation& o) { return p99(o, &decision::ServedLoad::tpot); }},
      {"requests/s per GPU in the SLO", [](const Operation& o) { return capacity(o); }},
      {autoscaled_row, [](const Operation& o) { return o.plan ? significant(o.plan->use.mean_gpus) : none; }},
      {"GPUs",
       [](const Operation& o) {
         if (o.served_by_others) return std::string("hosted");
         return o.plan ? std::to_string(o.plan->gpus()) : "cannot serve";
       }},
      {"used, of what they can carry",
       [](const Operation& o) { return o.plan ? percent(o.plan->use.utilization) : none; }},
      {"$ per month", [](const Operation& o) { return o.cost ? dollars(o.cost->after) : none; }},
      {"$ per million input tokens",
       [](const Operation& o) { return unit_cost(o, &UnitCosts::per_million_input_tokens); }},
      {"$ per million output tokens",
       [](const Operation& o) { return unit_cost(o, &UnitCosts::per_million_output_tokens); }},
      {"$ per request", [](const Operation& o) { return unit_cost(o, &UnitCosts::per_request); }}};
  return rows;
}

struct ComparisonRow {
  std::string label;
  std::string baseline;
  std::function<std::string(const cases::Option&, const decision::OptionDecision&)> show;
};

std::string months(const decision::OptionDecision& d) {
  if (!d.money) return none;
  if (!d.money->payback_months) return "not in the horizon";
  return *d.money->payback_months == 0 ? "at once" : significant(*d.money->payback_months, 2) + " months";
}

std::vector<ComparisonRow> comparison_rows(const std::string& baseline_per_good_answer) {
  using cases::Option;
  using decision::OptionDecision;
  return {
      {"speed-up of one decode step", "1",
       [](const Option&, const OptionDecision& d) { return d.step_speedup ? times(*d.step_speedup) : none; }},
      {"speed-up per GPU, own batch", "1",
       [](const Option&, const OptionDecision& d) { return d.speedup ? times(d.speedup->value) : none; }},
      {"  80 % interval", "",
       [](const Option&, const OptionDecision& d) {
         return d.speedup ? format("{} to {}", times(d.speedup->p10), times(d.speedup->p90)) : none;
       }},
      {"quality loss, pp", "0",
       [](const Option&, const OptionDecision& d) {
         return format("{} to {}", points(d.quality_loss.p10), points(d.quality_loss.p90));
       }},
      {"quality bar", "", [](const Option&, const OptionDecision& d) { return to_text(d.bar); }},
      {"chance to miss the bar", "",
       [](const Option&, const OptionDecision& d) { return percent(d.probability_bar_missed); }},
      {"$ per good answer", baseline_per_good_answer,
       [](const Option&, const OptionDecision& d) {
         return d.money && d.money->per_good_answer ? small_dollars(*d.money->per_good_answer) : none;
       }},
      {"spent once", "",
       [](const Option&, const OptionDecision& d) { return d.money ? dollars(d.money->once) : none; }},
      {"net of the first year", "",
       [](const Option&, const OptionDecision& d) {
         return d.money ? dollars(d.money->year_one_net) : none;
       }},
      {"net worth, median", "",
       [](const Option&, const OptionDecision& d) {
         return d.net_worth ? dollars(d.net_worth->value) : none;
       }},
      {"  80 % interval", "",
       [](const Option&, const OptionDecision& d) {
         return d.net_worth ? format("{} to {}", dollars(d.net_worth->p10), dollars(d.net_worth->p90)) : none;
       }},
      {"  mean", "",
       [](const Option&, const OptionDecision& d) { return d.spread ? dollars(d.spread->mean) : none; }},
      {"  P5, P95", "",
       [](const Option&, const OptionDecision& d) {
         return d.spread ? format("{}, {}", dollars(d.spread->p5), dollars(d.spread->p95)) : none;
       }},
      {"  mean of the worst 5 %", "",
       [](const Option&, const OptionDecision& d) {
         return d.spread ? dollars(d.spread->worst_twentieth) : none;
       }},
      {"pays in so many draws", "",
       [](const Option&, const OptionDecision& d) {
         return d.probability_pays ? percent(*d.probability_pays) : none;
       }},
      {"pays back in", "", [](const Option&, const OptionDecision& d) { return months(d); }},
      {"worst provenance", "",
       [](const Option&, const OptionDecision& d) {
         return std::string(bitworth::to_text(d.worst_provenance));
       }},
      {"verdict", "", [](const Option&, const OptionDecision& d) { return to_text(d.verdict); }}};
}

// What the capacities rest on.
std::string capacities(const decision::Decision& decision) {
  if (decision.samples == 0) return "\nCapacities in closed form: such requests are not simulated.\n";
  return format("\nCapacities as simulated: {} samples of {} requests, right to about {}.\n",
                decision.samples, significant(static_cast<double>(decision.requests), 9),
                percent(decision.baseline.capacity_error));
}

std::string side_by_side(const cases::Case& c, const decision::Decision& decision) {
  std::vector<std::vector<std::string>> rows = {{"at the medians", c.baseline.name}};
  for (const cases::Option& option : c.options) rows[0].push_back(option.name);
  for (const Row& row : operation_rows()) {
    if (row.label == autoscaled_row && !c.hardware.autoscaling) continue;
    rows.push_back({row.label, row.show(decision.baseline)});
    for (const auto& option : decision.options) rows.back().push_back(shown(row, option.operation));
  }
  const std::string today =
      decision.baseline_per_good_answer ? small_dollars(*decision.baseline_per_good_answer) : none;
  for (const ComparisonRow& row : comparison_rows(today)) {
    rows.push_back({row.label, row.baseline});
    for (std::size_t i = 0; i < c.options.size(); ++i)
      rows.back().push_back(row.show(c.options[i], decision.options[i]));
  }
  return table(rows) + capacities(decision) + "\n";
}

std::string article(const decision::Decision& decision) {
  const decision::ArticleView& view = decision.article;
  std::string facts;
  for (const decision::Fact& fact : view.matrix)
    facts += format("{}{} {}", facts.empty() ? "" : ", ", fact.key,
                    fact.holds ? *fact.holds ? "yes" : "no" : "unknown");
  std::vector<std::string> skip;
  for (const decision::Fact& fact : view.checklist) {
    if (fact.holds.value_or(false)) skip.push_back(format("{} ({})", fact.key, fact.because));
  }
  std::vector<std::string> lines = {format("matrix: \"{}\" ({}, volume {}); {}", view.advice, facts,
                                           view.volume, agreement_text(decision))};
  lines.push_back(
      skip.empty()
          ? "checklist: no reason to skip holds"
          : format("reasons to skip: {}{}", listed(skip),
                   decision.verdict == decision::Verdict::go ? "; the money above pays all the same" : ""));
  return bulleted("The article's rules of thumb", lines);
}

}  // namespace

std::string to_text(const cases::Case& c, const decision::Decision& decision) {
  const std::string about = decision.best ? c.options[*decision.best].name : c.baseline.name;
  return header_text(c) + side_by_side(c, decision) + bulleted("Why, for " + about, decision.reasons) +
         tornado_text(decision) + break_evens_text(decision) + measurements_text(decision) +
         rules_text(c, decision) + kill_criteria_text(decision) + article(decision) +
         bulleted("Note", c.warnings) + verdict_text(c, decision);
}

}  // namespace bitworth::report
