#include "bitworth/report/worth_json.hpp"

#include <nlohmann/json.hpp>

#include "bitworth/report/json_object.hpp"

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

Json json_of(const economics::Month& month) {
  return object({{"month", month.number},
                 {"saving", month.saving},
                 {"running", month.running},
                 {"errors", month.errors},
                 {"refresh", month.refresh},
                 {"net", month.net},
                 {"survival", month.survival},
                 {"present", month.present}});
}

Json json_of(const std::vector<decision::CostLine>& lines) {
  Json result = Json::array();
  for (const decision::CostLine& line : lines)
    result.push_back(object({{"name", line.name}, {"how", line.how}, {"usd", line.dollars}}));
  return result;
}

Json json_of(const decision::MeasurementWorth& m) {
  return object({{"ids", m.ids},
                 {"name", m.name},
                 {"inputs", m.inputs},
                 {"gain", m.gain},
                 {"cost", m.cost},
                 {"delay", m.delay},
                 {"net", m.net()},
                 {"commands", m.commands}});
}

}  // namespace

Json worth_json(const std::vector<decision::BreakEven>& break_evens) {
  Json result = Json::array();
  for (const decision::BreakEven& found : break_evens)
    result.push_back(object({{"input", found.input},
                             {"about", to_text(found.about)},
                             {"now", found.now},
                             {"status", to_text(found.status)},
                             {"at", number_or_null(found.at)},
                             {"text", found.text}}));
  return result;
}

Json worth_json(const std::optional<decision::WorthSpread>& spread) {
  if (!spread) return nullptr;
  return object({{"mean", spread->mean},
                 {"p5", spread->p5},
                 {"p50", spread->p50},
                 {"p95", spread->p95},
                 {"worst_twentieth", spread->worst_twentieth}});
}

Json worth_json(const std::vector<decision::Widened>& widened) {
  Json result = Json::array();
  for (const decision::Widened& one : widened)
    result.push_back(object({{"rule", one.rule->id},
                             {"input", one.input},
                             {"factor", one.factor},
                             {"reason", one.rule->widens->reason}}));
  return result;
}

Json worth_json(const std::optional<decision::MoneyView>& money) {
  if (!money) return nullptr;
  Json hidden = Json::array();
  for (const decision::HiddenLine& line : money->hidden)
    hidden.push_back(object({{"key", line.key},
                             {"usd_once", line.once},
                             {"usd_per_month", line.per_month},
                             {"provenance", bitworth::to_text(line.provenance)},
                             {"reason", line.reason}}));
  Json months = Json::array();
  for (const economics::Month& month : money->months) months.push_back(json_of(month));
  return object({{"usd_once", money->once},
                 {"usd_running_per_month", money->project.running_per_month},
                 {"usd_errors_per_month", money->project.errors_per_month},
                 {"usd_refresh", money->project.refresh},
                 {"payback_months", number_or_null(money->payback_months)},
                 {"discounted_payback_months", number_or_null(money->discounted_payback_months)},
                 {"year_one_net_usd", money->year_one_net},
                 {"usd_per_good_answer", number_or_null(money->per_good_answer)},
                 {"costs", object({{"once", json_of(money->costs.once)},
                                   {"each_month", json_of(money->costs.running)},
                                   {"each_refresh", json_of(money->costs.refresh)}})},
                 {"hidden_costs", std::move(hidden)},
                 {"months", std::move(months)}});
}

Json worth_json(const std::vector<decision::FiredRule>& rules) {
  Json result = Json::array();
  for (const decision::FiredRule& fired : rules)
    result.push_back(object({{"id", fired.rule->id},
                             {"severity", decision::to_text(fired.rule->severity)},
                             {"happens", fired.rule->happens},
                             {"numbers", fired.numbers},
                             {"lift", fired.rule->lift},
                             {"widens", fired.rule->widens ? Json(fired.rule->widens->input) : Json()},
                             {"informs", fired.rule->informs.empty() ? Json() : Json(fired.rule->informs)},
                             {"evidence", fired.rule->evidence},
                             {"date", fired.rule->date}}));
  return result;
}

Json worth_json(const cases::Case& c, const decision::Information& information) {
  Json inputs = Json::array(), measurements = Json::array();
  for (const decision::InputWorth& input : information.inputs)
    inputs.push_back(object({{"name", input.name}, {"worth", input.worth}}));
  for (const decision::MeasurementWorth& m : information.measurements) measurements.push_back(json_of(m));
  return object({{"choice", information.choice ? Json(c.options[*information.choice].name) : Json()},
                 {"worth_now", information.worth_now},
                 {"perfect", information.perfect},
                 {"inputs", std::move(inputs)},
                 {"measurements", std::move(measurements)}});
}

Json worth_json(const std::vector<decision::Swing>& swings) {
  Json result = Json::array();
  for (const decision::Swing& swing : swings)
    result.push_back(object({{"input", swing.name},
                             {"unit", swing.unit},
                             {"p10", swing.low},
                             {"p90", swing.high},
                             {"worth_at_p10", swing.worth_at_low},
                             {"worth_at_p90", swing.worth_at_high},
                             {"rank_correlation", swing.rank_correlation}}));
  return result;
}

Json worth_json(const std::vector<decision::KillCriterion>& criteria) {
  Json result = Json::array();
  for (const decision::KillCriterion& criterion : criteria)
    result.push_back(object(
        {{"watch", criterion.watch}, {"limit", number_or_null(criterion.limit)}, {"text", criterion.text}}));
  return result;
}

}  // namespace bitworth::report
