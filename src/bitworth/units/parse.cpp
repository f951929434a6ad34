#include "bitworth/units/parse.hpp"

#include <cmath>
#include <optional>

#include "bitworth/units/number.hpp"
#include "bitworth/units/prefix.hpp"

namespace bitworth {
namespace {

struct Unit {
  std::string_view name;
  Dimension dimension;
  double factor;  // base units in one
  bool prefixed;  // takes k, M, G, ...
};

constexpr Unit known_units[] = {
    {"B", {.byte = 1}, 1, true},
    {"byte", {.byte = 1}, 1, false},
    {"bytes", {.byte = 1}, 1, false},
    {"FLOP", {.flop = 1}, 1, true},
    {"OP", {.flop = 1}, 1, true},
    {"s", {.second = 1}, 1, true},
    {"second", {.second = 1}, 1, false},
    {"seconds", {.second = 1}, 1, false},
    {"min", {.second = 1}, 60, false},
    {"minute", {.second = 1}, 60, false},
    {"minutes", {.second = 1}, 60, false},
    {"h", {.second = 1}, 3600, false},
    {"hour", {.second = 1}, 3600, false},
    {"hours", {.second = 1}, 3600, false},
    {"day", {.second = 1}, 86400, false},
    {"days", {.second = 1}, 86400, false},
    {"month", {.second = 1}, one_month.value(), false},
    {"months", {.second = 1}, one_month.value(), false},
    {"year", {.second = 1}, 12 * one_month.value(), false},
    {"years", {.second = 1}, 12 * one_month.value(), false},
    {"token", {.token = 1}, 1, false},
    {"tokens", {.token = 1}, 1, false},
    {"tok", {.token = 1}, 1, true},
    {"request", {}, 1, false},
    {"requests", {}, 1, false},
    {"req", {}, 1, false},
    {"J", {.joule = 1}, 1, true},
    {"W", {.second = -1, .joule = 1}, 1, true},
    {"Wh", {.joule = 1}, 3600, true},
    {"$", {.dollar = 1}, 1, false},
    {"USD", {.dollar = 1}, 1, false},
    {"%", {}, 0.01, false},
};

std::optional<Unit> find_unit(std::string_view text) {
  for (const Unit& unit : known_units) {
    if (text == unit.name) return unit;
  }
  for (const Prefix& prefix : prefixes) {
    if (!text.starts_with(prefix.name)) continue;
    const std::string_view rest = text.substr(prefix.name.size());
    for (const Unit& unit : known_units) {
      // Binary prefixes measure memory only.
      if (unit.prefixed && rest == unit.name && (!prefix.binary || unit.dimension == Dimension{.byte = 1}))
        return Unit{text, unit.dimension, unit.factor * prefix.factor, false};
    }
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

}  // namespace

std::expected<ParsedQuantity, std::string> parse_quantity(std::string_view text) {
  std::string_view rest = trimmed(text);
  ParsedQuantity result;
  if (rest.starts_with('$')) {
    result.dimension.dollar = 1;
    rest = trimmed(rest.substr(1));
  }
  const auto number = leading_number(rest);
  if (!number)
    return std::unexpected(quoted(text) + (number.error() == NoNumber::out_of_range
                                               ? " is out of range"
                                               : " does not begin with a number"));
  result.value = number->value;
  rest = number->rest;

  bool divide = false;
  for (rest = trimmed(rest); !rest.empty(); rest = trimmed(rest)) {
    if (rest.front() == '/') {
      divide = true;
      rest = trimmed(rest.substr(1));
      if (rest.starts_with('/')) return std::unexpected(quoted(text) + " has a \"/\" too many");
    }
    const std::string_view name = rest.substr(0, rest.find_first_of(" /"));
    const std::optional<Unit> unit = find_unit(name);
    if (!unit) {
      return std::unexpected(name.empty() ? quoted(text) + " ends in \"/\""
                                          : quoted(name) + " is not a unit that is known here");
    }
    result.value = divide ? result.value / unit->factor : result.value * unit->factor;
    result.dimension = divide ? result.dimension - unit->dimension : result.dimension + unit->dimension;
    rest.remove_prefix(name.size());
    divide = false;
  }
  if (divide) return std::unexpected(quoted(text) + " ends in \"/\"");
  if (!std::isfinite(result.value)) return std::unexpected(quoted(text) + " is out of range");
  return result;
}

std::string unit_name(Dimension dimension) {
  if (dimension == Dimension{}) return "a plain number or a percentage";
  if (dimension == Dimension{.second = -1}) return "requests/s";
  const std::pair<int, std::string_view> powers[] = {{dimension.dollar, "$"},     {dimension.byte, "bytes"},
                                                     {dimension.flop, "FLOP"},    {dimension.joule, "J"},
                                                     {dimension.token, "tokens"}, {dimension.second, "s"}};
  std::string above, below;
  for (const auto& [power, name] : powers) {
    for (int i = 0; i < power; ++i) above += (above.empty() ? "" : " ") + std::string(name);
    for (int i = 0; i > power; --i) below += "/" + std::string(name);
  }
  return (above.empty() ? "1" : above) + below;
}

}  // namespace bitworth
