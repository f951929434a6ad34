#include <algorithm>
#include <array>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/data_files.hpp"
#include "bitworth/units/number.hpp"

namespace bitworth::formats {
namespace {

using cases::Comparison;
using cases::Condition;

const std::vector<std::string> severities = {"block", "warn", "info"};
const std::vector<std::string> residual_kinds = {"ratio", "absolute"};

constexpr std::pair<std::string_view, Comparison> operators[] = {
    {"<=", Comparison::at_most},       {">=", Comparison::at_least}, {"!=", Comparison::not_equal},
    {"<", Comparison::less},           {">", Comparison::more},      {"=", Comparison::equal},
    {"contains", Comparison::contains}};

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::optional<Condition::Value> read_operand(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    return std::string(text.substr(1, text.size() - 2));
  if (const auto number = leading_number(text); number && number->rest.empty()) return number->value;
  if (is_name(text)) return Condition::OtherFact{std::string(text)};
  return std::nullopt;
}

// "fact", "not fact" or "fact operator operand".
std::optional<Condition> read_condition(std::string_view text) {
  Condition condition;
  condition.text = text;
  if (text.starts_with("not ")) {
    condition.value = false;
    text = trimmed(text.substr(4));
  }
  const std::size_t space = text.find(' ');
  condition.fact = text.substr(0, space);
  if (!is_name(condition.fact)) return std::nullopt;
  if (space == std::string_view::npos) return condition;
  text = trimmed(text.substr(space));
  const auto found =
      std::ranges::find_if(operators, [&](const auto& op) { return text.starts_with(op.first); });
  if (found == std::end(operators) || condition.value != Condition::Value(true)) return std::nullopt;
  const auto operand = read_operand(trimmed(text.substr(found->first.size())));
  if (!operand) return std::nullopt;
  condition.comparison = found->second;
  condition.value = *operand;
  return condition;
}

std::vector<Condition> read_conditions(Reader& row, std::string_view line) {
  std::vector<Condition> conditions;
  for (std::string_view rest = line; !rest.empty();) {
    const std::size_t end = rest.find(" and ");
    const std::string_view part = trimmed(rest.substr(0, end));
    if (const auto condition = read_condition(part)) {
      conditions.push_back(*condition);
    } else {
      row.fail("when", ErrorKind::malformed, format("\"{}\" is no comparison", part),
               "write fact, not fact, or fact >= value");
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 5);
  }
  return conditions;
}

constexpr Kind wider{.words = "a ratio above 1", .example = "2", .low = 1, .high = 10, .above_low = true};
const std::vector<std::string> widened_inputs = {"quality loss", "kernels of {kernels}"};

cases::Widening read_widening(Reader& row) {
  row.require(
      {{"input", "input = \"quality loss\""}, {"factor", "factor = 2"}, {"reason", "reason = \"...\""}});
  cases::Widening widening;
  widening.input = row.choice("input", widened_inputs).value_or("");
  widening.factor = row.number("factor", wider).value_or(1);
  widening.reason = row.text("reason").value_or("");
  row.finish();
  return widening;
}

cases::Rule read_rule(Reader& row, const Catalog& catalog) {
  row.require({{"id", "id = \"IDLE-GPU\""},
               {"severity", "severity = \"warn\""},
               {"when", "when = [\"weight_only and prefill_share > 0.5\"]"},
               {"happens", "happens = \"...\""},
               {"lift", "lift = \"...\""},
               {"evidence", "evidence = \"...\""},
               {"date", "date = \"2026-11-21\""}});
  cases::Rule rule;
  rule.id = row.text("id").value_or("");
  const std::string severity = row.choice("severity", severities).value_or("info");
  rule.severity = severity == "block"  ? cases::Severity::block
                  : severity == "warn" ? cases::Severity::warn
                                       : cases::Severity::info;
  for (const std::string& line : row.texts("when")) rule.when.push_back(read_conditions(row, line));
  rule.happens = row.text("happens").value_or("");
  rule.lift = row.text("lift").value_or("");
  rule.lifted_by = row.text("lifted_by").value_or("");
  if (!rule.lifted_by.empty() && std::ranges::find(*catalog.measurements, rule.lifted_by,
                                                   &cases::Measurement::id) == catalog.measurements->end())
    row.fail("lifted_by", ErrorKind::inconsistent, format("there is no measurement \"{}\"", rule.lifted_by));
  rule.evidence = row.text("evidence").value_or("");
  rule.date = row.date("date").value_or("");
  if (Reader widens = row.table("widens")) rule.widens = read_widening(widens);
  rule.informs = row.text("informs").value_or("");
  if (rule.severity == cases::Severity::warn && rule.widens.has_value() != rule.informs.empty())
    row.fail(
        "severity", ErrorKind::inconsistent,
        "a warning either widens an interval or says why it only informs",
        "write widens = { input = \"quality loss\", factor = 2, reason = \"...\" } or informs = \"...\"");
  row.finish();
  return rule;
}

cases::Narrowing read_narrowing(Reader& row) {
  row.require({{"input", "input = \"load\""}, {"kind", "kind = \"ratio\""}, {"residual", "residual = 0.05"}});
  cases::Narrowing narrowing;
  narrowing.input = row.text("input").value_or("");
  narrowing.kind = row.choice("kind", residual_kinds) == "absolute" ? cases::ResidualKind::absolute
                                                                    : cases::ResidualKind::ratio;
  narrowing.residual = row.number("residual", kinds::not_negative).value_or(0);
  row.finish();
  return narrowing;
}

cases::Measurement read_measurement(Reader& row) {
  row.require({{"id", "id = \"load\""},
               {"name", "name = \"...\""},
               {"narrows", "narrows = [{ input = \"load\", kind = \"ratio\", residual = 0.05 }]"},
               {"hours", "hours = 3"},
               {"gpu_hours", "gpu_hours = 0"},
               {"days", "days = 1"},
               {"command", "command = \"...\""},
               {"reason", "reason = \"...\""},
               {"source", "source = \"...\""},
               {"date", "date = \"2026-11-21\""}});
  cases::Measurement measurement;
  measurement.id = row.text("id").value_or("");
  measurement.name = row.text("name").value_or("");
  measurement.per_option = row.boolean("per_option").value_or(false);
  for (Reader& part : row.tables("narrows")) measurement.narrows.push_back(read_narrowing(part));
  measurement.hours = row.number("hours", kinds::hours).value_or(0);
  measurement.gpu_hours = row.number("gpu_hours", kinds::hours).value_or(0);
  measurement.days = row.number("days", kinds::not_negative).value_or(0);
  measurement.items = row.number("items", kinds::not_negative).value_or(0);
  measurement.command = row.text("command").value_or("");
  measurement.reason = row.text("reason").value_or("");
  measurement.source = row.text("source").value_or("");
  measurement.date = row.date("date").value_or("");
  row.finish();
  return measurement;
}

}  // namespace

void read_measurements(Reader& root, Catalog& catalog) {
  root.require({{"measurement", "[[measurement]]"}});
  std::vector<cases::Measurement> measurements;
  for (Reader& row : root.tables("measurement")) measurements.push_back(read_measurement(row));
  catalog.measurements = std::make_shared<const std::vector<cases::Measurement>>(std::move(measurements));
}

void read_rules(Reader& root, Catalog& catalog) {
  root.require({{"rule", "[[rule]]"}});
  std::vector<cases::Rule> rules;
  for (Reader& row : root.tables("rule")) rules.push_back(read_rule(row, catalog));
  catalog.rules = std::make_shared<const std::vector<cases::Rule>>(std::move(rules));
}

}  // namespace bitworth::formats
