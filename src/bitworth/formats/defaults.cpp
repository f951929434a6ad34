#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/data_files.hpp"
#include "bitworth/units/parse.hpp"

namespace bitworth::formats {
namespace {

constexpr Kind spread_kind{
    .words = "a ratio above 1", .example = "1.25", .low = 1, .high = 100, .above_low = true};

[[noreturn]] void no_such_default(std::string_view key) {
  std::fprintf(stderr, "bitworth: data/defaults.toml has no fitting row for %s\n", std::string(key).c_str());
  std::abort();
}

Default::Value read_value(Reader& row) {
  switch (row.kind("value").value_or(TomlKind::table)) {
    case TomlKind::text:
      return row.text("value").value_or("");
    case TomlKind::array:
      return row.integers("value");
    case TomlKind::table:
      return {};
    default:
      return row.number("value", kinds::number).value_or(0);
  }
}

}  // namespace

void read_defaults(Reader& root, Catalog& catalog) {
  root.require({{"default", "[[default]]"}});
  std::vector<Default> rows;
  for (Reader& row : root.tables("default")) {
    row.require({{"key", "key = \"hardware.headroom\""}, {"reason", "reason = \"...\""}});
    Default result;
    result.key = row.text("key").value_or("");
    result.value = read_value(row);
    result.p10 = row.number("p10", kinds::number);
    result.p90 = row.number("p90", kinds::number);
    result.spread = row.number("spread", spread_kind);
    result.reason = row.text("reason").value_or("");
    if (std::ranges::find(rows, result.key, &Default::key) != rows.end())
      row.fail("key", ErrorKind::inconsistent, format("{} has two rows", result.key));
    row.finish();
    rows.push_back(std::move(result));
  }
  catalog.defaults = Defaults(std::move(rows));
}

const Default& Defaults::row(std::string_view key) const {
  const auto found = std::ranges::find(rows_, key, &Default::key);
  if (found == rows_.end()) no_such_default(key);
  return *found;
}

double Defaults::number(std::string_view key) const {
  const Default::Value& value = row(key).value;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (const auto parsed = parse_quantity(*text)) return parsed->value;
  }
  no_such_default(key);
}

int Defaults::integer(std::string_view key) const {
  return static_cast<int>(std::lround(number(key)));
}

const std::string& Defaults::text(std::string_view key) const {
  const auto* text = std::get_if<std::string>(&row(key).value);
  if (text == nullptr) no_such_default(key);
  return *text;
}

const std::vector<int>& Defaults::integers(std::string_view key) const {
  const auto* integers = std::get_if<std::vector<int>>(&row(key).value);
  if (integers == nullptr) no_such_default(key);
  return *integers;
}

Estimate Defaults::estimate(std::string_view key) const {
  const Default& from = row(key);
  const double value = number(key), ratio = from.spread.value_or(1);
  return {
      value, from.p10.value_or(value / ratio), from.p90.value_or(value * ratio), Provenance::prior, "default",
      ""};
}

double Defaults::spread(std::string_view key) const {
  return row(key).spread.value_or(1);
}

}  // namespace bitworth::formats
