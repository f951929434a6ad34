#include "bitworth/decision/rules.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

using cases::Comparison;
using cases::Condition;
using Value = NamedFact::Value;

const Value* find(std::span<const NamedFact> facts, std::string_view name) {
  const auto found = std::ranges::find(facts, name, &NamedFact::name);
  return found == facts.end() ? nullptr : &found->value;
}

std::string shown(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
  if (const auto* number = std::get_if<double>(&value)) return significant(*number);
  return std::get<std::string>(value);
}

// The operand as a value; null where it names a fact that is not known.
const Value* operand(const Condition& condition, std::span<const NamedFact> facts, Value& place) {
  if (const auto* other = std::get_if<Condition::OtherFact>(&condition.value))
    return find(facts, other->name);
  if (const auto* flag = std::get_if<bool>(&condition.value)) place = *flag;
  if (const auto* number = std::get_if<double>(&condition.value)) place = *number;
  if (const auto* text = std::get_if<std::string>(&condition.value)) place = *text;
  return &place;
}

bool compares(const Value& left, Comparison comparison, const Value& right) {
  if (comparison == Comparison::equal) return left == right;
  if (comparison == Comparison::not_equal) return left != right;
  if (comparison == Comparison::contains) {
    const auto *text = std::get_if<std::string>(&left), *part = std::get_if<std::string>(&right);
    return text != nullptr && part != nullptr && text->contains(*part);
  }
  const auto *a = std::get_if<double>(&left), *b = std::get_if<double>(&right);
  if (a == nullptr || b == nullptr) return false;
  switch (comparison) {
    case Comparison::less:
      return *a < *b;
    case Comparison::at_most:
      return *a <= *b;
    case Comparison::at_least:
      return *a >= *b;
    default:
      return *a > *b;
  }
}

std::string_view sign(Comparison comparison) {
  switch (comparison) {
    case Comparison::less:
      return "<";
    case Comparison::at_most:
      return "<=";
    case Comparison::equal:
      return "=";
    case Comparison::not_equal:
      return "!=";
    case Comparison::at_least:
      return ">=";
    case Comparison::more:
      return ">";
    case Comparison::contains:
      return "contains";
  }
  return "";
}

// What holds, in words: a yes or no by its own text, a comparison with the numbers on both sides.
std::string in_numbers(const Condition& condition, const Value& left, const Value& right) {
  if (std::holds_alternative<bool>(condition.value)) return condition.text;
  std::string other = shown(right);
  if (const auto* fact = std::get_if<Condition::OtherFact>(&condition.value))
    other = fact->name + " " + other;
  return format("{} {} {} {}", condition.fact, shown(left), sign(condition.comparison), other);
}

// The numbers of a line of conditions that all hold; absent where one does not.
std::optional<std::string> holds(const std::vector<Condition>& line, std::span<const NamedFact> facts) {
  std::vector<std::string> numbers;
  for (const Condition& condition : line) {
    const Value* left = find(facts, condition.fact);
    Value place;
    const Value* right = operand(condition, facts, place);
    if (left == nullptr || right == nullptr || !compares(*left, condition.comparison, *right))
      return std::nullopt;
    numbers.push_back(in_numbers(condition, *left, *right));
  }
  return joined(numbers, ", ");
}

}  // namespace

std::vector<FiredRule> fired_rules(std::span<const cases::Rule> rules, std::span<const NamedFact> facts) {
  std::vector<FiredRule> fired;
  for (const cases::Rule& rule : rules) {
    for (const std::vector<Condition>& line : rule.when) {
      if (const auto numbers = holds(line, facts)) {
        fired.push_back({&rule, *numbers});
        break;
      }
    }
  }
  std::ranges::stable_sort(fired, {}, [](const FiredRule& f) { return f.rule->severity; });
  return fired;
}

std::string to_text(cases::Severity severity) {
  switch (severity) {
    case cases::Severity::block:
      return "block";
    case cases::Severity::warn:
      return "warn";
    case cases::Severity::info:
      return "info";
  }
  return "";
}

}  // namespace bitworth::decision
