// toml++ 3.3 asserts what it has not checked: "[.a]" or "[=" aborts, and with NDEBUG it tells the compiler
// that such a text never comes. Here its assertions throw, in every build.
#undef NDEBUG

#include "bitworth/formats/toml_document.hpp"

namespace bitworth::formats {
namespace {

struct AssertionOfToml {};

constexpr void toml_asserts(bool holds) {
  if (!holds) throw AssertionOfToml();
}

}  // namespace
}  // namespace bitworth::formats

#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expr) bitworth::formats::toml_asserts(static_cast<bool>(expr))
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <tuple>

#include "bitworth/base/text.hpp"

namespace bitworth::formats {
namespace {

// toml++ limits the depth of values, but not of dotted keys ("a.a.a = 1"), and recurses to free them: half a
// million dots overflow the stack. Each level of depth costs a dot or counts against its own limit.
constexpr std::ptrdiff_t most_dots = 4000;
constexpr int deepest = 16;

struct TooDeep {};

std::string date_text(const auto& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

void sort_by_place(std::vector<TomlNode>& nodes) {
  std::ranges::sort(nodes, [](const TomlNode& a, const TomlNode& b) {
    return std::tie(a.key_line, a.key_column) < std::tie(b.key_line, b.key_column);
  });
}

TomlNode converted(const toml::node& from, int depth) {
  if (depth > deepest) throw TooDeep();
  TomlNode node;
  node.line = from.source().begin.line;
  node.column = from.source().begin.column;
  if (const toml::table* table = from.as_table()) {
    node.kind = TomlKind::table;
    for (const auto& [key, value] : *table) {
      TomlNode child = converted(value, depth + 1);
      child.key = key.str();
      child.key_line = key.source().begin.line;
      child.key_column = key.source().begin.column;
      node.children.push_back(std::move(child));
    }
    sort_by_place(node.children);
  } else if (const toml::array* array = from.as_array()) {
    node.kind = TomlKind::array;
    for (const toml::node& value : *array) node.children.push_back(converted(value, depth + 1));
  } else if (const auto* text = from.as_string()) {
    node.kind = TomlKind::text;
    node.text = text->get();
  } else if (const auto* integer = from.as_integer()) {
    node.kind = TomlKind::integer;
    node.number = static_cast<double>(integer->get());
  } else if (const auto* number = from.as_floating_point()) {
    node.kind = TomlKind::number;
    node.number = number->get();
  } else if (const auto* boolean = from.as_boolean()) {
    node.kind = TomlKind::boolean;
    node.boolean = boolean->get();
  } else {
    node.kind = TomlKind::date;
    if (const auto* date = from.as_date()) node.text = date_text(date->get());
    if (const auto* time = from.as_time()) node.text = date_text(time->get());
    if (const auto* both = from.as_date_time()) node.text = date_text(both->get());
  }
  return node;
}

Error refused(const std::string& file_name, std::string message, std::string hint) {
  return {ErrorKind::malformed, {file_name, 0, 0}, std::move(message), std::move(hint)};
}

// toml++ says "Error while parsing table header: expected ']', saw 'x'".
Error syntax_error(const toml::parse_error& problem, const std::string& file_name) {
  std::string what(problem.description());
  constexpr std::string_view prefix = "Error while parsing ";
  std::string hint;
  if (what.starts_with(prefix)) {
    const std::size_t colon = what.find(": ");
    if (colon != std::string::npos) {
      what =
          format("{} in the {}", what.substr(colon + 2), what.substr(prefix.size(), colon - prefix.size()));
    }
  }
  if (what.starts_with("unescaped control characters"))
    what = "a text that is not closed on its line, or holds a control character";
  if (what.starts_with("expected value,")) what.insert(std::string_view("expected ").size(), "a ");
  if (what.contains("maximum nested value depth")) what = "lists or tables nested too deeply";
  if (what.starts_with("cannot redefine existing")) hint = "a key or table may be given once";
  if (what == "Encountered invalid utf-8 sequence") what = "bytes that are not UTF-8";
  const toml::source_position& at = problem.source().begin;
  return {ErrorKind::malformed, {file_name, at.line, at.column}, "not TOML: " + what, hint};
}

bool breaks_toml(std::string_view text) try {
  (void)toml::parse(text, std::string_view());
  return false;
} catch (const AssertionOfToml&) {
  return true;
}

// The parser stops at the first such place, so all longer beginnings of the text break it too.
Error unreadable(std::string_view text, const std::string& file_name) {
  std::vector<std::size_t> line_ends;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == '\n') line_ends.push_back(i);
  }
  const auto line = std::ranges::partition_point(
      line_ends, [&](std::size_t end) { return !breaks_toml(text.substr(0, end)); });
  const auto number = static_cast<std::uint32_t>(line - line_ends.begin() + 1);
  return {ErrorKind::malformed, {file_name, number, 1}, "not TOML: a name is missing or misplaced", ""};
}

}  // namespace

const TomlNode* TomlNode::find(std::string_view wanted) const {
  const auto found = std::ranges::find(children, wanted, &TomlNode::key);
  return found == children.end() ? nullptr : &*found;
}

std::expected<TomlNode, Error> parse_toml(std::string_view text, const std::string& file_name) {
  if (text.size() > largest_document)
    return std::unexpected(refused(file_name, "larger than 1 MiB", "is this the file that was meant?"));
  if (std::ranges::count(text, '.') > most_dots)
    return std::unexpected(
        refused(file_name, format("more than {} dots", most_dots), "tables nested so deeply are not read"));
  try {
    const toml::parse_result result = toml::parse(text, std::string_view(file_name));
    if (!result) return std::unexpected(syntax_error(result.error(), file_name));
    TomlNode root = converted(result.table(), 0);
    root.line = 0;
    return root;
  } catch (const TooDeep&) {
    return std::unexpected(refused(file_name, format("tables or lists nested more than {} deep", deepest),
                                   "write them flatter"));
  } catch (const AssertionOfToml&) {
    return std::unexpected(unreadable(text, file_name));
  }
}

}  // namespace bitworth::formats
