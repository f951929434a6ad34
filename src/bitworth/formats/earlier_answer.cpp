#include "bitworth/formats/earlier_answer.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t largest_answer = 16 << 20;
const std::string hint = "give a file that bitworth decide --json -o FILE has written";

bool has_text(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string();
}

bool is_list_of(const Json& answer, const char* key, const std::function<bool(const Json&)>& holds) {
  return answer.contains(key) && answer[key].is_array() &&
         std::ranges::all_of(answer[key], [&](const Json& row) { return row.is_object() && holds(row); });
}

// The first key that a comparison rests on and that is not there, or of another kind; empty: all are.
std::string missing(const Json& answer) {
  if (!has_text(answer, "verdict")) return "verdict";
  if (!answer.contains("best_option") ||
      !(answer["best_option"].is_string() || answer["best_option"].is_null()))
    return "best_option";
  for (const char* key : {"case", "baseline"}) {
    if (!answer.contains(key) || !answer[key].is_object()) return key;
  }
  const auto is_option = [](const Json& option) {
    return has_text(option, "name") && has_text(option, "verdict") && option.contains("worth_spread_usd") &&
           option.contains("operation");
  };
  if (!is_list_of(answer, "options", is_option) || answer["options"].empty()) return "options";
  const auto is_input = [](const Json& input) {
    return has_text(input, "name") && input.contains("value") && has_text(input, "provenance");
  };
  return is_list_of(answer, "inputs", is_input) ? "" : "inputs";
}

}  // namespace

Result<Json> earlier_answer(const std::string& text, const std::string& path, int schema_version) {
  const auto failed = [&](std::string what) {
    return std::unexpected(Error{ErrorKind::malformed, {path, 0, 0}, std::move(what), hint});
  };
  Json answer = Json::parse(text, nullptr, false);
  if (!answer.is_object() || !answer.contains("schema") || answer["schema"] != "bitworth.decide")
    return failed("is not an answer of bitworth decide");
  if (!answer.contains("schema_version") || answer["schema_version"] != schema_version)
    return failed(
        format("is an answer of another version of bitworth: its schema_version is not {}", schema_version));
  const std::string key = missing(answer);
  if (!key.empty())
    return failed(format("is not a whole answer of bitworth decide: \"{}\" is missing or torn", key));
  return answer;
}

Result<Json> read_earlier_answer(const std::string& path, int schema_version) {
  try {
    return earlier_answer(read_text_file(path, largest_answer), path, schema_version);
  } catch (const InputFailure& failure) {
    Error error = failure.error;
    error.hint = hint;
    return std::unexpected(error);
  }
}

}  // namespace bitworth::formats
