#include "bitworth/formats/case_edit.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/toml_document.hpp"
#include "bitworth/stats/distributions.hpp"

namespace bitworth::formats {
namespace {

constexpr std::string_view keys[] = {"workload.requests_per_second",
                                     "workload.peak_to_mean",
                                     "workload.prompt_tokens",
                                     "workload.output_tokens",
                                     "engine.max_num_seqs",
                                     "hardware.device",
                                     "hardware.price_per_gpu_hour",
                                     "quality.margin",
                                     "money.engineering_hours",
                                     "baseline.scheme",
                                     "option.N.scheme"};
constexpr std::string_view device_key = "hardware.device", price_key = "hardware.price_per_gpu_hour";

/// "option.0.scheme" taken apart.
struct Path {
  std::string table;
  std::optional<std::size_t> index;
  std::string key;
};

std::optional<Path> path_of(std::string_view key) {
  const std::size_t first = key.find('.'), last = key.rfind('.');
  if (first == std::string_view::npos) return std::nullopt;
  Path path{std::string(key.substr(0, first)), std::nullopt, std::string(key.substr(last + 1))};
  std::string general(key);
  if (first != last) {
    const std::string_view number = key.substr(first + 1, last - first - 1);
    const bool digits = !number.empty() && number.size() <= 3 &&
                        std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return std::nullopt;
    path.index = std::stoul(std::string(number));
    general = format("{}.N.{}", path.table, path.key);
  }
  if (std::ranges::find(keys, general) == std::end(keys)) return std::nullopt;
  return path;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      result += format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string written(const std::variant<double, std::string>& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return quoted(*text);
  const double number = std::get<double>(value);
  // Whole numbers stay whole: counts are read as integers.
  if (number == std::floor(number) && std::abs(number) < 1e15)
    return format("{}", static_cast<long long>(number));
  return format("{}", number);
}

// Columns count characters, offsets bytes.
std::size_t offset_of(std::string_view text, std::uint32_t line, std::uint32_t column) {
  std::size_t at = 0;
  for (std::uint32_t i = 1; i < line && at != std::string_view::npos; ++i) {
    at = text.find('\n', at);
    if (at != std::string_view::npos) ++at;
  }
  at = std::min(at, text.size());
  for (std::uint32_t i = 1; i < column && at < text.size(); ++i) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return at;
}

std::size_t begin_of(std::string_view text, const TomlNode& node) {
  return offset_of(text, node.line, node.column);
}
std::size_t end_of(std::string_view text, const TomlNode& node) {
  return offset_of(text, node.end_line, node.end_column);
}

/// A piece of the text and what stands there instead.
struct Patch {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

Error problem(std::string_view key, std::string message, std::string hint) {
  return {ErrorKind::usage, {}, format("{}: {}", key, message), std::move(hint)};
}

const TomlNode* table_of(const TomlNode& root, const Path& path) {
  const TomlNode* table = root.find(path.table);
  if (table == nullptr || !path.index) return table;
  return *path.index < table->children.size() ? &table->children[*path.index] : nullptr;
}

std::optional<double> number_of(const TomlNode& table, std::string_view key) {
  const TomlNode* node = table.find(key);
  if (node == nullptr || (node->kind != TomlKind::number && node->kind != TomlKind::integer))
    return std::nullopt;
  return node->number;
}

// Of quantiles, or of a range with its likeliest value, as the case's reader takes them.
std::optional<double> median_of(const TomlNode& table) {
  if (const auto median = number_of(table, "p50")) return median;
  const auto low = number_of(table, "min"), mode = number_of(table, "mode"), high = number_of(table, "max");
  if (!low || !mode || !high || !(*low <= *mode && *mode <= *high && *low < *high)) return std::nullopt;
  const TomlNode* shape = table.find("shape");
  return shape != nullptr && shape->text == "triangular" ? stats::Triangular{*low, *mode, *high}.quantile(0.5)
                                                         : stats::Pert{*low, *mode, *high}.quantile(0.5);
}

// All of an estimate's figures, in proportion to its median.
std::expected<void, Error> scale(std::string_view text, const CaseEdit& edit, const TomlNode& node,
                                 std::vector<Patch>& patches) {
  constexpr std::string_view figures[] = {"p50", "p10", "p90", "p95", "min", "mode", "max"};
  const std::optional<double> median = median_of(node);
  if (!median || *median <= 0 || !std::holds_alternative<double>(edit.value))
    return std::unexpected(
        problem(edit.key, "is a table of its own in this case", "edit it in the case file"));
  const double factor = std::get<double>(edit.value) / *median;
  for (const TomlNode& each : node.children) {
    if (std::ranges::find(figures, each.key) == std::end(figures)) continue;
    if (const auto value = number_of(node, each.key))
      patches.push_back({begin_of(text, each), end_of(text, each), written(*value * factor)});
  }
  return {};
}

// [hardware.device] alone makes a table hardware that has no header of its own.
bool has_header(const TomlNode& table) {
  return std::ranges::none_of(table.children,
                              [&](const TomlNode& each) { return each.key_line == table.line; });
}

// A key that is absent goes below the header of its table, or with a header of its own to the end.
Patch inserted(std::string_view text, const Path& path, const TomlNode* table, const std::string& value) {
  const bool in_line = table != nullptr && text.substr(begin_of(text, *table), 1) == "{";
  if (table == nullptr || (!in_line && !has_header(*table)))
    return {text.size(), text.size(), format("\n[{}]\n{} = {}\n", path.table, path.key, value)};
  const std::size_t begin = begin_of(text, *table);
  if (in_line) {
    const bool empty = table->children.empty();
    return {begin + 1, begin + 1, format(" {} = {}{}", path.key, value, empty ? "" : ",")};
  }
  const std::size_t line_end = std::min(text.find('\n', begin), text.size());
  return {line_end, line_end, format("\n{} = {}", path.key, value)};
}

std::expected<void, Error> patch_for(std::string_view text, const TomlNode& root, const CaseEdit& edit,
                                     std::vector<Patch>& patches) {
  const std::optional<Path> path = path_of(edit.key);
  if (!path)
    return std::unexpected(problem(edit.key, "cannot be edited", "docs/api/openapi.yaml lists what can"));
  if (const auto* number = std::get_if<double>(&edit.value); number != nullptr && !std::isfinite(*number))
    return std::unexpected(problem(edit.key, "is not a number", "write a finite one"));
  const TomlNode* table = table_of(root, *path);
  if (path->index && table == nullptr)
    return std::unexpected(problem(edit.key, "there is no such option", "options count from 0"));
  if (table != nullptr && table->kind != TomlKind::table)
    return std::unexpected(problem(edit.key, format("{} is not a table in this case", path->table), ""));
  const TomlNode* node = table == nullptr ? nullptr : table->find(path->key);
  if (node == nullptr) {
    patches.push_back(inserted(text, *path, table, written(edit.value)));
    return {};
  }
  if (node->kind == TomlKind::table) return scale(text, edit, *node, patches);
  patches.push_back({begin_of(text, *node), end_of(text, *node), written(edit.value)});
  return {};
}

// The price was another device's.
void drop_old_price(std::string_view text, const TomlNode& root, std::span<const CaseEdit> edits,
                    std::vector<Patch>& patches) {
  const auto names = [&](std::string_view key) {
    return std::ranges::find(edits, key, &CaseEdit::key) != edits.end();
  };
  if (!names(device_key) || names(price_key)) return;
  const TomlNode* hardware = root.find("hardware");
  const TomlNode* price = hardware == nullptr ? nullptr : hardware->find("price_per_gpu_hour");
  if (price == nullptr || text.substr(begin_of(text, *hardware), 1) == "{") return;
  patches.push_back({offset_of(text, price->key_line, price->key_column), end_of(text, *price), ""});
}

}  // namespace

std::span<const std::string_view> editable_keys() {
  return keys;
}

std::expected<std::string, Problems> edit_case(std::string_view text, std::span<const CaseEdit> edits) {
  const std::expected<TomlNode, Error> root = parse_toml(text, "the case");
  if (!root) return std::unexpected(Problems{root.error()});
  std::vector<Patch> patches;
  Problems problems;
  for (const CaseEdit& edit : edits) {
    if (const auto done = patch_for(text, *root, edit, patches); !done) problems.push_back(done.error());
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  drop_old_price(text, *root, edits, patches);
  // From the back, so that places before stay where they are; of two at one place the first stays first.
  std::ranges::stable_sort(patches, [](const Patch& a, const Patch& b) { return a.begin < b.begin; });
  std::string result(text);
  for (std::size_t i = patches.size(); i-- > 0;)
    result.replace(patches[i].begin, patches[i].end - patches[i].begin, patches[i].text);
  return result;
}

}  // namespace bitworth::formats
