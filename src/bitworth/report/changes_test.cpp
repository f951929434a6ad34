#include "bitworth/report/changes.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;

Json answer() {
  return Json::parse(R"({
    "schema": "bitworth.decide", "verdict": "MEASURE", "best_option": "FP8",
    "case": {"requests_per_second": {"value": 12.0}, "device": {"id": "h100", "source": "a page"}, "peak_to_mean": 2.0},
    "baseline": {"name": "BF16", "operation": {"fleet": {"gpus": 6}, "usd_per_month": 6000.0}},
    "options": [{"name": "W4", "verdict": "NO-GO", "worth_spread_usd": {"mean": -50.0}, "operation": {}},
                {"name": "FP8", "verdict": "MEASURE", "worth_spread_usd": {"mean": 1000.0},
                 "net_worth_usd": {"p10": -1000.0, "p90": 4000.0}, "speedup": {"value": 1.3},
                 "probability_bar_missed": 0.0105,
                 "operation": {"fleet": {"gpus": 4}, "usd_per_month": 4000.0}}],
    "inputs": [{"name": "engineering hours", "option": null, "unit": "hours", "value": 40.0, "p10": 20.0, "p90": 80.0, "provenance": "prior"},
               {"name": "GPU price", "option": null, "unit": "$/h", "value": 3.0, "p10": 3.0, "p90": 3.0, "provenance": "stated"},
               {"name": "GPU price", "option": "FP8", "unit": "$/h", "value": 3.0, "p10": 3.0, "p90": 3.0, "provenance": "stated"},
               {"name": "kernels", "option": "W4", "unit": "", "value": 1.0, "p10": 0.8, "p90": 1.2, "provenance": "modelled"},
               {"name": "kernels", "option": "FP8", "unit": "", "value": 1.0, "p10": 0.8, "p90": 1.2, "provenance": "modelled"},
               {"name": "quality loss", "option": "FP8", "unit": "", "value": 0.001, "p10": 0.0, "p90": 0.004, "provenance": "prior"}]})");
}

Json& fp8(Json& json) {
  return json["options"][1];
}

TEST(Changes, OfTheSameAnswerAreNone) {
  EXPECT_TRUE(changes(answer(), answer()).empty());
  EXPECT_EQ(changes_text({}), "Nothing has changed since the earlier answer.\n\n");
}

// Other draws move a mean by some thousandths of its interval, and a chance in its third digit.
TEST(Changes, LeaveOutWhatRoundingAndDrawsMove) {
  Json now = answer();
  fp8(now)["worth_spread_usd"]["mean"] = 1049.0;
  fp8(now)["probability_bar_missed"] = 0.0112;
  fp8(now)["speedup"]["value"] = 1.3005;
  fp8(now)["operation"]["usd_per_month"] = 4001.0;
  now["inputs"][0]["p90"] = 80.2;
  now["case"]["device"]["source"] = "another page";
  EXPECT_TRUE(changes(answer(), now).empty());
  fp8(now)["worth_spread_usd"]["mean"] = 1051.0;
  fp8(now)["probability_bar_missed"] = 0.0205;
  EXPECT_EQ(changes(answer(), now),
            std::vector<std::string>({"FP8: mean net worth: $1,000 before, $1,051 now",
                                      "FP8: chance to miss the bar: 1.1 % before, 2.1 % now"}));
}

TEST(Changes, AreToldByWhatMatters) {
  Json now = answer();
  now["verdict"] = "GO";
  now["case"]["peak_to_mean"] = 3.0;
  now["inputs"][0]["value"] = 60.0;
  fp8(now)["worth_spread_usd"]["mean"] = 2500.0;
  fp8(now)["operation"] = Json::parse(R"({"fleet": {"gpus": 3}, "usd_per_month": 3000.0})");
  now["baseline"]["operation"]["usd_per_month"] = 6500.0;
  now["options"][0]["verdict"] = "MEASURE";
  now["options"].push_back({{"name", "INT8"}});
  EXPECT_EQ(
      changes(answer(), now),
      std::vector<std::string>(
          {"verdict: MEASURE before, GO now", "FP8: mean net worth: $1,000 before, $2,500 now",
           "FP8: 4 GPUs for $4,000 a month before, 3 GPUs for $3,000 a month now",
           "W4: verdict: NO-GO before, MEASURE now", "INT8: a new option",
           "BF16, the baseline: 6 GPUs for $6,000 a month before, 6 GPUs for $6,500 a month now",
           "input, engineering hours: 40 hours (20 to 80, prior) before, 60 hours (20 to 80, prior) now",
           "case, peak over mean load: 2 before, 3 now"}));
}

TEST(Changes, NameAnInputOnceForAllThatItConcerns) {
  Json now = answer();
  for (const int price : {1, 2}) now["inputs"][price]["value"] = now["inputs"][price]["p10"] = 4.0;
  for (const int kernels : {3, 4}) now["inputs"][kernels]["p10"] = 0.7;
  now["inputs"][5]["provenance"] = "measured";
  now["inputs"].push_back({{"name", "load"}, {"option", nullptr}, {"value", 3.0}, {"provenance", "stated"}});
  EXPECT_EQ(
      changes(answer(), now),
      std::vector<std::string>(
          {"input, GPU price: 3 $/h (stated) before, 4 $/h (4 to 3, stated) now",
           "input, kernels of W4 and FP8: 1 (0.8 to 1.2, modelled) before, 1 (0.7 to 1.2, modelled) now",
           "input, quality loss of FP8: 0.001 (0 to 0.004, prior) before, 0.001 (0 to 0.004, measured) "
           "now"}));
}

}  // namespace
}  // namespace bitworth::report
