#include "bitworth/formats/earlier_answer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace bitworth::formats {
namespace {

using Json = nlohmann::ordered_json;

Json whole() {
  return Json::parse(
      R"({"schema": "bitworth.decide", "schema_version": 1, "verdict": "GO", "best_option": null,
    "case": {}, "baseline": {}, "inputs": [{"name": "load", "value": 1, "provenance": "stated"}],
    "options": [{"name": "FP8", "verdict": "GO", "worth_spread_usd": null, "operation": {}}]})");
}

std::string refusal(const Json& answer) {
  const auto result = earlier_answer(answer.dump(), "old.json", 1);
  return result ? "" : to_text(result.error());
}

TEST(EarlierAnswer, IsTakenWhole) {
  EXPECT_EQ(refusal(whole()), "");
}

TEST(EarlierAnswer, OfAnotherProgramOrVersionIsRefused) {
  const std::string hint = "; give a file that bitworth decide --json -o FILE has written";
  EXPECT_EQ(refusal({{"schema", "bitworth.quality"}}),
            "old.json: is not an answer of bitworth decide" + hint);
  EXPECT_EQ(refusal(7), "old.json: is not an answer of bitworth decide" + hint);
  Json later = whole();
  later["schema_version"] = 2;
  EXPECT_EQ(refusal(later),
            "old.json: is an answer of another version of bitworth: its schema_version is not 1" + hint);
}

TEST(EarlierAnswer, WithoutWhatIsComparedIsRefused) {
  for (const char* key : {"verdict", "best_option", "case", "baseline", "options", "inputs"}) {
    Json answer = whole();
    answer.erase(key);
    EXPECT_NE(refusal(answer).find(std::string("\"") + key + "\" is missing"), std::string::npos) << key;
    for (const Json& other : {Json(3), Json::array({1}), Json::parse(R"([{"name": 1}])")}) {
      answer[key] = other;
      EXPECT_NE(refusal(answer), "") << key << other;
    }
  }
}

}  // namespace
}  // namespace bitworth::formats
