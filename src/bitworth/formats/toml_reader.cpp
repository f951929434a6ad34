#include "bitworth/formats/toml_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/paths.hpp"
#include "bitworth/stats/distributions.hpp"
#include "bitworth/units/parse.hpp"

namespace bitworth::formats {
namespace {

constexpr std::size_t longest_quote = 60;

// Texts come from strangers: no control characters reach a terminal, and no novel fills it.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, longest_quote))
    result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return result + (text.size() > longest_quote ? "...\"" : "\"");
}

std::string found(const TomlNode& node) {
  switch (node.kind) {
    case TomlKind::text:
      return quoted(node.text);
    case TomlKind::integer:
    case TomlKind::number:
      return format("{}", node.number);
    case TomlKind::boolean:
      return node.boolean ? "true" : "false";
    case TomlKind::date:
      return "the date " + node.text;
    case TomlKind::array:
      return node.children.empty() ? "an empty list" : "a list";
    case TomlKind::table:
      return "a table";
  }
  return "";
}

std::string measure_name(Dimension dimension) {
  if (dimension == Seconds::dimension) return "a time";
  if (dimension == Dollars::dimension) return "dollars";
  return unit_name(dimension);
}

bool is_calendar_time(std::string_view text) {
  return text.contains("day") || text.contains("month") || text.contains("year");
}

bool is_number(const TomlNode& node) {
  return node.kind == TomlKind::integer || node.kind == TomlKind::number;
}

bool is_whole(const TomlNode& node) {
  return is_number(node) && node.number == std::floor(node.number);
}

bool allowed(double value, const Kind& kind) {
  return value <= kind.high && (kind.above_low ? value > kind.low : value >= kind.low);
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
    if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) return false;
  }
  const auto month = text.substr(5, 2), day = text.substr(8, 2);
  return month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

std::string either(std::span<const std::string> choices) {
  std::vector<std::string> words;
  for (const std::string& choice : choices) words.push_back(quoted(choice));
  return listed(words, "or");
}

}  // namespace

Reader::Reader(const TomlNode& root, std::string file_name, Problems& problems)
    : node_(&root), file_name_(std::move(file_name)), problems_(&problems), title_("the file") {}

Reader::Reader(const TomlNode* node, const Reader& parent, std::string prefix, std::string title)
    : node_(node),
      file_name_(parent.file_name_),
      problems_(parent.problems_),
      prefix_(std::move(prefix)),
      title_(std::move(title)),
      files_refused_(parent.files_refused_) {}

const TomlNode* Reader::find(std::string_view key) {
  known_.emplace(key);
  return node_ == nullptr ? nullptr : node_->find(key);
}

bool Reader::has(std::string_view key) {
  return find(key) != nullptr;
}

std::vector<std::string> Reader::keys() const {
  std::vector<std::string> result;
  if (node_ != nullptr) {
    for (const TomlNode& child : node_->children) result.push_back(child.key);
  }
  return result;
}

std::optional<TomlKind> Reader::kind(std::string_view key) const {
  const TomlNode* node = node_ == nullptr ? nullptr : node_->find(key);
  return node == nullptr ? std::nullopt : std::optional(node->kind);
}

void Reader::fail_at(const TomlNode& node, ErrorKind kind, std::string message, std::string hint) {
  const bool root = node.line == 0;
  problems_->push_back(
      {kind, {file_name_, node.line, root ? 0 : node.column}, std::move(message), std::move(hint)});
}

void Reader::fail(std::string_view key, ErrorKind kind, std::string message, std::string hint) {
  const TomlNode* node = node_ == nullptr ? nullptr : node_->find(key);
  if (node_ != nullptr) fail_at(node != nullptr ? *node : *node_, kind, std::move(message), std::move(hint));
}

void Reader::wrong(const TomlNode& node, std::string_view key, std::string_view words,
                   std::string_view example) {
  fail_at(node, ErrorKind::usage, format("{} is {}", name(key), found(node)),
          example.empty() ? format("write {}", words) : format("write {}, for example {}", words, example));
}

std::optional<std::string> Reader::text(std::string_view key) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == TomlKind::text && !node->text.empty()) return node->text;
  wrong(*node, key, "a text in quotes that is not empty", "");
  return std::nullopt;
}

std::optional<std::string> Reader::path(std::string_view key) {
  const std::optional<std::string> named = text(key);
  if (!named) return std::nullopt;
  if (!files_refused_) return path_beside(file_name_, *named);
  fail(key, ErrorKind::unsupported, format("{} names a file, which a case on the page may not", name(key)),
       "run bitworth decide on it");
  return std::nullopt;
}

std::optional<std::string> Reader::choice(std::string_view key, std::span<const std::string> choices) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == TomlKind::text && std::ranges::find(choices, node->text) != choices.end())
    return node->text;
  wrong(*node, key, either(choices), "");
  return std::nullopt;
}

std::optional<std::string> Reader::date(std::string_view key) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  if ((node->kind == TomlKind::text || node->kind == TomlKind::date) && is_date(node->text))
    return node->text;
  wrong(*node, key, "a date as year-month-day", "\"2026-11-21\"");
  return std::nullopt;
}

std::optional<bool> Reader::boolean(std::string_view key) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == TomlKind::boolean) return node->boolean;
  wrong(*node, key, "true or false", "");
  return std::nullopt;
}

std::optional<double> Reader::quantity_of(const TomlNode& node, std::string_view key, const Kind& kind) {
  const auto parsed = parse_quantity(node.text);
  std::string reason;
  if (!parsed) {
    const bool no_number = node.text.empty() || parsed.error().contains("does not begin");
    reason = no_number ? ", which does not begin with a number" : ": " + parsed.error();
  } else if (parsed->dimension == Dimension{} && kind.dimension != Dimension{}) {
    reason = ", which has no unit";
  } else if (parsed->dimension != kind.dimension) {
    reason = ", which measures " + measure_name(parsed->dimension);
  } else if (kind.working_hours && is_calendar_time(node.text)) {
    reason = ", which counts nights too";
  } else {
    return parsed->value / kind.unit;
  }
  fail_at(node, ErrorKind::usage, format("{} is {}{}", name(key), found(node), reason),
          format("write {}, for example {}", kind.words, kind.example));
  return std::nullopt;
}

std::optional<double> Reader::number_of(const TomlNode& node, std::string_view key, const Kind& kind) {
  std::optional<double> value = node.number;
  if (node.kind == TomlKind::text && node.text.size() <= longest_quote) {
    value = quantity_of(node, key, kind);
    if (!value) return std::nullopt;
  } else if (!is_number(node)) {
    value = std::nullopt;
  } else if (!kind.plain) {
    fail_at(node, ErrorKind::usage, format("{} is {}, which has no unit", name(key), found(node)),
            format("write {}, for example {}", kind.words, kind.example));
    return std::nullopt;
  }
  if (value && allowed(*value, kind)) return value;
  wrong(node, key, kind.words, kind.example);
  return std::nullopt;
}

std::optional<double> Reader::number(std::string_view key, const Kind& kind) {
  const TomlNode* node = find(key);
  return node == nullptr ? std::nullopt : number_of(*node, key, kind);
}

std::optional<int> Reader::integer(std::string_view key, const Kind& kind) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (is_whole(*node) && allowed(node->number, kind)) return static_cast<int>(node->number);
  wrong(*node, key, kind.words, kind.example);
  return std::nullopt;
}

std::vector<std::string> Reader::texts(std::string_view key) {
  std::vector<std::string> result;
  const TomlNode* node = find(key);
  if (node == nullptr) return result;
  bool good = node->kind == TomlKind::array;
  for (const TomlNode& child : node->children) {
    good = good && child.kind == TomlKind::text && !child.text.empty();
    result.push_back(child.text);
  }
  if (good) return result;
  wrong(*node, key, "a list of texts", "[\"a\", \"b\"]");
  return {};
}

std::vector<double> Reader::list(std::string_view key, const Kind& each, std::string_view example,
                                 bool (*fits)(const TomlNode&)) {
  std::vector<double> result;
  const TomlNode* node = find(key);
  if (node == nullptr) return result;
  const std::string hint = format("write a list, each {}, for example {}", each.words, example);
  if (node->kind != TomlKind::array || node->children.empty())
    fail_at(*node, ErrorKind::usage, format("{} is {}", name(key), found(*node)), hint);
  for (const TomlNode& child : node->children) {
    if (node->kind != TomlKind::array) break;
    if (!fits(child) || !allowed(child.number, each)) {
      fail_at(child, ErrorKind::usage, format("{} has {} in it", name(key), found(child)), hint);
      return {};
    }
    result.push_back(child.number);
  }
  return result;
}

std::vector<double> Reader::numbers(std::string_view key, const Kind& each) {
  return list(key, each, "[0.5, 1]", is_number);
}

std::vector<int> Reader::integers(std::string_view key, const Kind& each) {
  std::vector<int> result;
  for (const double value : list(key, each, "[1, 8]", is_whole)) result.push_back(static_cast<int>(value));
  return result;
}

std::optional<Estimate> Reader::estimate(std::string_view key, const Kind& kind, double spread) {
  if (is_table(key)) return estimate_of_table(key, kind, spread);
  const std::optional<double> value = number(key, kind);
  if (!value) return std::nullopt;
  return Estimate{*value, *value / spread, *value * spread, Provenance::stated, "the case", ""};
}

std::optional<Estimate> Reader::estimate_of_table(std::string_view key, const Kind& kind, double spread) {
  Reader inner = table(key);
  if (inner.has("mode")) return estimate_of_range(inner, key, kind);
  const std::size_t problems_before = problems_->size();
  const std::string need = format("p50 = {}", kind.example.substr(0, kind.example.find(" or ")));
  inner.require({{"p50", need}});
  const std::optional<double> p10 = inner.number("p10", kind), p50 = inner.number("p50", kind),
                              p90 = inner.number("p90", kind);
  Estimate result = inner.origin();
  inner.finish();
  if (inner.has("p10") != inner.has("p90")) {
    fail(key, ErrorKind::usage, format("{} has one of p10 and p90", name(key)), "write both, or neither");
  } else if (p10 && p50 && p90 && (*p10 > *p50 || *p50 > *p90)) {
    fail(key, ErrorKind::usage, format("{} has p10 = {}, p50 = {}, p90 = {}", name(key), *p10, *p50, *p90),
         "write p10, p50 and p90 in ascending order");
  }
  if (problems_->size() != problems_before) return std::nullopt;
  result.value = *p50;
  result.p10 = p10.value_or(*p50 / spread);
  result.p90 = p90.value_or(*p50 * spread);
  return result;
}

Estimate Reader::origin() {
  static const std::vector<std::string> provenances = {"exact",    "measured", "imported",
                                                       "modelled", "stated",   "prior"};
  Estimate result;
  result.source = text("source").value_or("the case");
  result.date = date("date").value_or("");
  const std::string provenance = choice("provenance", provenances).value_or("stated");
  const auto place = std::ranges::find(provenances, provenance) - provenances.begin();
  result.provenance = static_cast<Provenance>(place);
  return result;
}

// Ends and likeliest value: what the distribution between them has for p10, p50 and p90.
std::optional<Estimate> Reader::estimate_of_range(Reader& range, std::string_view key, const Kind& kind) {
  static const std::vector<std::string> shapes = {"pert", "triangular"};
  const std::size_t problems_before = problems_->size();
  range.require({{"min", "min = 10"}, {"max", "max = 100"}});
  const std::optional<double> low = range.number("min", kind), mode = range.number("mode", kind),
                              high = range.number("max", kind);
  const bool triangular = range.choice("shape", shapes) == "triangular";
  Estimate result = range.origin();
  range.finish();
  if (low && mode && high && !(*low <= *mode && *mode <= *high && *low < *high))
    fail(key, ErrorKind::usage, format("{} has min = {}, mode = {}, max = {}", name(key), *low, *mode, *high),
         "write min, mode and max in ascending order");
  if (problems_->size() != problems_before) return std::nullopt;
  const auto quantile = [&](double p) {
    return triangular ? stats::Triangular{*low, *mode, *high}.quantile(p)
                      : stats::Pert{*low, *mode, *high}.quantile(p);
  };
  result.p10 = quantile(0.1);
  result.value = quantile(0.5);
  result.p90 = quantile(0.9);
  return result;
}

Reader Reader::table(std::string_view key, std::string_view example) {
  const TomlNode* node = find(key);
  const bool section = prefix_.empty() && title_ == "the file";
  if (node != nullptr && node->kind != TomlKind::table) {
    wrong(*node, key, "a table", section ? format("[{}]", key) : format("{} = {}", key, example));
    node = nullptr;
  }
  return section ? Reader(node, *this, "", format("[{}]", key))
                 : Reader(node, *this, name(key) + ".", name(key));
}

std::vector<Reader> Reader::tables(std::string_view key) {
  std::vector<Reader> result;
  const TomlNode* node = find(key);
  if (node == nullptr) return result;
  const bool good = node->kind == TomlKind::array &&
                    std::ranges::all_of(node->children,
                                        [](const TomlNode& child) { return child.kind == TomlKind::table; });
  if (!good) {
    wrong(*node, key, format("[[{}]] in two brackets", key), "");
    return result;
  }
  for (const TomlNode& child : node->children)
    result.push_back(Reader(&child, *this, "", format("[[{}]]", key)));
  return result;
}

void Reader::require(std::initializer_list<Need> needs) {
  for (const Need& need : needs) {
    if (!has(need.key))
      fail(need.key, ErrorKind::usage, format("{} has no {}", title_, need.key),
           format("write {}", need.example));
  }
}

void Reader::ignore(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) known_.emplace(key);
}

void Reader::finish() {
  if (node_ == nullptr) return;
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const TomlNode& child : node_->children) {
    if (known_.contains(child.key)) continue;
    TomlNode place;
    place.line = child.key_line;
    place.column = child.key_column;
    const std::string guess = did_you_mean(std::string_view(child.key).substr(0, longest_quote), known);
    fail_at(place, ErrorKind::usage, format("{} has no key {}", title_, quoted(child.key)),
            guess.empty() ? "its keys are " + listed(known) : guess);
  }
}

}  // namespace bitworth::formats
