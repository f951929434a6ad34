#include "bitworth/report/changes.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;

Json answer() {
  return Json::parse(R"({
    "schema": "bitworth.decide", "verdict": "MEASURE", "best_option": "FP8",
    "case": {"requests_per_second": {"value": 12.0}, "engine": "vllm", "warnings": []},
    "options": [{"name": "FP8", "verdict": "MEASURE", "worth_spread_usd": {"mean": 1000.0},
                 "operation": {"fleet": {"gpus": 4}}}],
    "inputs": [{"name": "engineering hours", "option": null, "value": 40.0, "p10": 20.0, "p90": 80.0, "provenance": "prior"},
               {"name": "quality loss", "option": "FP8", "value": 0.001, "p10": 0.0, "p90": 0.004, "provenance": "prior"}]})");
}

TEST(Changes, OfTheSameAnswerAreNone) {
  EXPECT_TRUE(changes(answer(), answer()).empty());
  EXPECT_EQ(changes_text({}), "Nothing has changed since the earlier answer.\n\n");
}

TEST(Changes, NameVerdictFiguresAndCase) {
  Json now = answer();
  now["verdict"] = "GO";
  now["options"][0]["worth_spread_usd"]["mean"] = 2500.0;
  now["case"]["requests_per_second"]["value"] = 20.0;
  now["options"].push_back({{"name", "W4A16"}});
  const std::vector<std::string> found = changes(answer(), now);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0], "verdict: MEASURE before, GO now");
  EXPECT_EQ(found[1], "FP8: mean net worth, dollars: 1,000 before, 2,500 now");
  EXPECT_EQ(found[2], "W4A16: a new option");
  EXPECT_EQ(found[3], "case, requests_per_second.value: 12 before, 20 now");
}

TEST(Changes, NameTheInputs) {
  Json now = answer();
  now["inputs"][0]["value"] = 60.0;
  now["inputs"][1]["provenance"] = "measured";
  now["inputs"].push_back({{"name", "load"}, {"option", nullptr}, {"value", 3.0}});
  const std::vector<std::string> found = changes(answer(), now);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], "input, engineering hours: 40 (20 to 80), prior before, 60 (20 to 80), prior now");
  EXPECT_EQ(found[1],
            "input, quality loss of FP8: 0.001 (0 to 0.004), prior before, 0.001 (0 to 0.004), measured now");
}

// An answer from elsewhere may lack anything, or have it of another kind.
TEST(Changes, StandAnswersOfAnyShape) {
  for (const char* text :
       {R"({"schema": "bitworth.decide"})", R"({"options": 3, "case": []})",
        R"({"options": [1, {"name": 2}, {"name": "FP8", "verdict": {}}], "case": {"engine": 1},
             "inputs": [7, {"name": 3}, {"name": "quality loss", "option": "FP8", "value": "x"}]})"})
    EXPECT_FALSE(changes(Json::parse(text), answer()).empty()) << text;
}

}  // namespace
}  // namespace bitworth::report
