#include "bitworth/formats/case_without.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/toml_document.hpp"

namespace bitworth::formats {
namespace {

using Keys = std::span<const std::string_view>;

// Texts with their lengths, so that no text can look like something else.
std::string told(const TomlNode& node, const std::string& path, Keys without) {
  switch (node.kind) {
    case TomlKind::integer:
      return format("i{} ", node.number);
    case TomlKind::number:
      return format("n{} ", node.number);
    case TomlKind::boolean:
      return node.boolean ? "true " : "false ";
    case TomlKind::text:
      return format("t{} {} ", node.text.size(), node.text);
    case TomlKind::date:
      return format("d{} {} ", node.text.size(), node.text);
    case TomlKind::array:
    case TomlKind::table:
      break;
  }
  std::string result = node.kind == TomlKind::array ? "[ " : "{ ";
  for (const TomlNode& child : node.children) {
    const std::string below = path.empty() ? child.key : format("{}.{}", path, child.key);
    if (std::ranges::find(without, below) != without.end()) continue;
    const std::string value = told(child, below, without);
    // A table may stand there only for what is left out.
    if (child.kind == TomlKind::table && !child.key.empty() && value == "{ } ") continue;
    result += format("k{} {} {}", child.key.size(), child.key, value);
  }
  return result + (node.kind == TomlKind::array ? "] " : "} ");
}

}  // namespace

std::expected<std::string, Error> case_without(std::string_view text, Keys keys) {
  const std::expected<TomlNode, Error> root = parse_toml(text, "the case");
  if (!root) return std::unexpected(root.error());
  return told(*root, "", keys);
}

}  // namespace bitworth::formats
