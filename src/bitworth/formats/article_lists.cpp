#include "bitworth/base/text.hpp"
#include "bitworth/formats/data_files.hpp"

namespace bitworth::formats {
namespace {

const std::vector<std::string> rois = {"high", "low"};
const std::vector<std::string> cost_units = {"hours", "dollars"};
const std::vector<std::string> periods = {"once", "month"};

cases::Scenario read_scenario(Reader& row) {
  row.require({{"key", "key = \"decode_heavy\""},
               {"roi", "roi = \"high\""},
               {"description", "description = \"...\""},
               {"memory_bound_fraction", "memory_bound_fraction = 0.8"},
               {"expected_benefit", "expected_benefit = \"High\""},
               {"typical_speedup", "typical_speedup = \"1.3-1.5x\""},
               {"speedup_low", "speedup_low = 1.3"},
               {"speedup_high", "speedup_high = 1.5"}});
  cases::Scenario scenario;
  scenario.key = row.text("key").value_or("");
  scenario.high_roi = row.choice("roi", rois) == "high";
  scenario.description = row.text("description").value_or("");
  if (row.kind("memory_bound_fraction") == TomlKind::text) {
    scenario.fraction = row.text("memory_bound_fraction").value_or("");
  } else {
    scenario.memory_bound_fraction = row.number("memory_bound_fraction", kinds::share);
    scenario.fraction = format("{}", scenario.memory_bound_fraction.value_or(0));
  }
  scenario.expected_benefit = row.text("expected_benefit").value_or("");
  scenario.typical_speedup = row.text("typical_speedup").value_or("");
  scenario.low = row.number("speedup_low", kinds::positive).value_or(1);
  scenario.high = row.number("speedup_high", kinds::positive).value_or(1);
  row.ignore({"benefit"});
  row.finish();
  return scenario;
}

// Ready-made checkpoints have a median of their own, for the one cost that they lower.
void read_cost_prior(Reader prior, const std::string& date, cases::ArticleHiddenCost& cost) {
  prior.require({{"unit", "unit = \"hours\""},
                 {"period", "period = \"once\""},
                 {"p10", "p10 = 16"},
                 {"p50", "p50 = 40"},
                 {"p90", "p90 = 120"},
                 {"reason", "reason = \"...\""}});
  const bool hours = prior.choice("unit", cost_units) == "hours";
  const bool once = prior.choice("period", periods) == "once";
  Estimate& estimate =
      hours ? (once ? cost.hours : cost.hours_per_month) : (once ? cost.dollars : cost.dollars_per_month);
  estimate.p10 = prior.number("p10", kinds::not_negative).value_or(0);
  estimate.value = prior.number("p50", kinds::not_negative).value_or(0);
  estimate.p90 = prior.number("p90", kinds::not_negative).value_or(0);
  estimate.source = prior.text("reason").value_or("");
  estimate.date = date;
  prior.ignore({"label", "ready_made_p50"});
  prior.finish();
}

cases::ArticleHiddenCost read_hidden_cost(Reader& row, const std::string& date) {
  row.require({{"key", "key = \"complexity\""},
               {"cost", "cost = \"Ongoing maintenance\""},
               {"description", "description = \"...\""},
               {"prior", "[hidden_cost.prior]"}});
  const Estimate none = certain(0, Provenance::prior, "");
  cases::ArticleHiddenCost cost{"", "", "", none, none, none, none, ""};
  cost.key = row.text("key").value_or("");
  cost.figure = row.text("cost").value_or("");
  cost.description = row.text("description").value_or("");
  cost.counted_as = row.text("counted_as").value_or("");
  read_cost_prior(row.table("prior"), date, cost);
  row.finish();
  return cost;
}

}  // namespace

void read_scenarios(Reader& root, Catalog& catalog) {
  root.require({{"scenario", "[[scenario]]"}});
  root.ignore({"source", "date"});
  for (Reader& row : root.tables("scenario")) catalog.article.scenarios.push_back(read_scenario(row));
}

void read_hidden_costs(Reader& root, Catalog& catalog) {
  root.require({{"hidden_cost", "[[hidden_cost]]"}});
  root.ignore({"source"});
  const std::string date = root.date("date").value_or("");
  for (Reader& row : root.tables("hidden_cost"))
    catalog.article.hidden_costs.push_back(read_hidden_cost(row, date));
}

void read_checklist(Reader& root, Catalog& catalog) {
  root.require({{"item", "[[item]]"}});
  root.ignore({"source", "date"});
  for (Reader& row : root.tables("item")) {
    row.require({{"id", "id = \"latency-met\""},
                 {"condition", "condition = \"...\""},
                 {"reason", "reason = \"...\""}});
    cases::ChecklistItem item;
    item.id = row.text("id").value_or("");
    item.condition = row.text("condition").value_or("");
    item.reason = row.text("reason").value_or("");
    item.computed_from = row.text("computed_from").value_or("");
    item.comment = row.text("comment").value_or("");
    row.finish();
    catalog.article.checklist.push_back(std::move(item));
  }
}

}  // namespace bitworth::formats
