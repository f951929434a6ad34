#include "app/serve/question.hpp"

#include <nlohmann/json.hpp>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/case_file.hpp"

namespace bitworth::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr int deepest = 8;
constexpr std::size_t most_changes = 64;
// Each is simulated; a body has room for thousands.
constexpr std::size_t most_options = 16;

Error wrong(std::string message, std::string hint) {
  return {ErrorKind::usage, {}, std::move(message), std::move(hint)};
}

// Discarded where it is no JSON, or nested as no question is.
Json parsed(std::string_view text) {
  bool too_deep = false;
  Json json = Json::parse(
      text,
      [&](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > deepest;
        return !too_deep;
      },
      false);
  return too_deep ? Json(Json::value_t::discarded) : json;
}

std::vector<formats::CaseEdit> read_changes(const Json& json, Problems& problems) {
  std::vector<formats::CaseEdit> edits;
  if (!json.is_object() || json.size() > most_changes) {
    problems.push_back(wrong("changes is not an object of a few keys", "{\"workload.peak_to_mean\": 3}"));
    return edits;
  }
  for (const auto& [key, value] : json.items()) {
    if (value.is_number()) {
      edits.push_back({key, value.get<double>()});
    } else if (value.is_string()) {
      edits.push_back({key, value.get<std::string>()});
    } else {
      problems.push_back(wrong(format("changes: {} is neither a number nor a text", key), ""));
    }
  }
  return edits;
}

int read_draws(const Json& json, int most, Problems& problems) {
  if (json.is_number_integer()) {
    const auto draws = json.get<std::int64_t>();
    if (draws >= fewest_draws && draws <= most) return static_cast<int>(draws);
  }
  problems.push_back(
      wrong("draws is out of range", format("write a whole number from {} to {}", fewest_draws, most)));
  return usual_draws;
}

std::uint64_t read_seed(const Json& json, Problems& problems) {
  if (json.is_number_unsigned()) return json.get<std::uint64_t>();
  problems.push_back(wrong("seed is not a whole number from 0 on", ""));
  return 1;
}

}  // namespace

std::expected<Question, Problems> read_question(std::string_view text, const std::string& default_case,
                                                const formats::Catalog& catalog, int most_draws) {
  const Json json = parsed(text);
  if (!json.is_object())
    return std::unexpected(Problems{wrong("the body is not a JSON object", "{\"draws\": 2000}")});
  Question question;
  question.case_toml = default_case;
  std::vector<formats::CaseEdit> edits;
  Problems problems;
  for (const auto& [key, value] : json.items()) {
    if (key == "case_toml" && value.is_string()) {
      question.case_toml = value.get<std::string>();
    } else if (key == "changes") {
      edits = read_changes(value, problems);
    } else if (key == "draws") {
      question.draws = read_draws(value, most_draws, problems);
    } else if (key == "seed") {
      question.seed = read_seed(value, problems);
    } else {
      problems.push_back(wrong(format("{} is not a key of a question, or no text", key),
                               "docs/api/openapi.yaml lists them"));
    }
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  auto edited = formats::edit_case(question.case_toml, edits);
  if (!edited) return std::unexpected(std::move(edited.error()));
  question.case_toml = *std::move(edited);
  auto asked = formats::read_case(question.case_toml, "the case", catalog, formats::CaseFiles::refused);
  if (!asked) return std::unexpected(std::move(asked.error()));
  if (asked->options.size() > most_options)
    return std::unexpected(Problems{wrong(
        format("the case compares {} options, the page at most {}", asked->options.size(), most_options),
        "ask bitworth decide")});
  question.asked = *std::move(asked);
  return question;
}

}  // namespace bitworth::serve
