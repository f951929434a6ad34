#include "bitworth/formats/json_fields.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/architecture_facts.hpp"
#include "bitworth/formats/json_scanner.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr std::size_t longest_list = 100'000;

Position position_of(std::string_view text, std::size_t byte, const std::string& file_name) {
  const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
  const auto line = static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1);
  const std::size_t start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  return {file_name, line, static_cast<std::uint32_t>(before.size() - start + 1)};
}

// nlohmann says "[...] parse error at ...: syntax error while parsing value - unexpected end of input;
// expected ...".
std::string reason_of(const nlohmann::json::parse_error& problem) {
  std::string_view what = problem.what();
  const std::size_t dash = what.find(" - ");
  if (dash == what.npos) return "not JSON";
  what.remove_prefix(dash + 3);
  return format("not JSON: {}", shown(what.substr(0, what.find(';'))));
}

std::string kind_of(const nlohmann::json& value) {
  if (value.is_string()) return format("\"{}\"", shown(value.get_ref<const std::string&>()));
  if (value.is_array()) return "a list";
  if (value.is_object()) return "an object";
  return shown(value.dump());
}

}  // namespace

nlohmann::json parse_json_object(std::string_view text, const std::string& file_name) try {
  // First the cheap walk: it says better where the text goes wrong, and bounds the depth.
  JsonScanner walk(text, file_name);
  walk.skip();
  walk.finish();
  nlohmann::json document = nlohmann::json::parse(text);
  if (!document.is_object()) fail(ErrorKind::malformed, {file_name, 0, 0}, "not a JSON object");
  return document;
} catch (const nlohmann::json::parse_error& problem) {
  fail(ErrorKind::malformed, position_of(text, problem.byte, file_name), reason_of(problem));
} catch (const nlohmann::json::out_of_range&) {
  fail(ErrorKind::malformed, {file_name, 0, 0}, "holds a number beyond the range of a double");
}

const nlohmann::json* JsonFields::find(const char* key) const {
  for (const nlohmann::json* object : {&object_, around_}) {
    if (object == nullptr) continue;
    const auto found = object->find(key);
    if (found != object->end() && !found->is_null()) return &*found;
  }
  return nullptr;
}

void JsonFields::fail(ErrorKind kind, std::string message, std::string hint) const {
  formats::fail(kind, {file_name_, 0, 0}, std::move(message), std::move(hint));
}

void JsonFields::fail_kind(const char* key, std::string_view wanted) const {
  fail(ErrorKind::malformed, format("{} is {}, not {}", key, kind_of(*find(key)), wanted));
}

std::optional<int> JsonFields::dimension(std::initializer_list<const char*> keys) const {
  for (const char* key : keys) {
    const nlohmann::json* value = find(key);
    if (value == nullptr) continue;
    if (!value->is_number()) fail_kind(key, "a whole number");
    const double number = value->get<double>();
    if (number == 0) return std::nullopt;
    if (number < 0 || number > largest_dimension || number != std::floor(number))
      fail_kind(key, format("a whole number from 1 to {}", largest_dimension));
    return static_cast<int>(number);
  }
  return std::nullopt;
}

std::optional<double> JsonFields::number(const char* key) const {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) fail_kind(key, "a number");
  return value->get<double>();
}

std::optional<bool> JsonFields::boolean(const char* key) const {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) fail_kind(key, "true or false");
  return value->get<bool>();
}

std::string JsonFields::text(const char* key) const {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return "";
  if (!value->is_string()) fail_kind(key, "a text");
  return shown(value->get_ref<const std::string&>());
}

std::vector<std::string> JsonFields::texts(const char* key) const {
  const nlohmann::json* value = find(key);
  std::vector<std::string> result;
  if (value == nullptr) return result;
  if (!value->is_array() || value->size() > longest_list) fail_kind(key, "a list of texts");
  for (const nlohmann::json& element : *value) {
    if (!element.is_string()) fail_kind(key, "a list of texts");
    result.push_back(shown(element.get_ref<const std::string&>()));
  }
  return result;
}

std::vector<int> JsonFields::integers(const char* key) const {
  const nlohmann::json* value = find(key);
  std::vector<int> result;
  if (value == nullptr) return result;
  if (!value->is_array() || value->size() > longest_list) fail_kind(key, "a list of whole numbers");
  for (const nlohmann::json& element : *value) {
    const double number = element.is_number() ? element.get<double>() : -1;
    if (number < 0 || number > largest_dimension || number != std::floor(number))
      fail_kind(key, "a list of whole numbers");
    result.push_back(static_cast<int>(number));
  }
  return result;
}

std::optional<JsonFields> JsonFields::object(const char* key) const {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) fail_kind(key, "an object");
  return JsonFields(*value, file_name_);
}

std::vector<JsonFields> JsonFields::objects(const char* key) const {
  std::vector<JsonFields> result;
  const nlohmann::json* value = find(key);
  if (value == nullptr) return result;
  if (!value->is_array()) fail_kind(key, "a list");
  for (const nlohmann::json& each : *value) {
    if (each.is_object()) result.emplace_back(each, file_name_);
  }
  return result;
}

std::vector<JsonFields> JsonFields::members() const {
  std::vector<JsonFields> result;
  for (const nlohmann::json& member : object_) {
    if (member.is_object()) result.emplace_back(member, file_name_);
  }
  return result;
}

}  // namespace bitworth::formats
