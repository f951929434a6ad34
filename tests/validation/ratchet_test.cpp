// The published pairs are kept outside this repository. Where they are there, predictions must not become
// worse than recorded here; where a change makes them better, lower the bounds.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/measured_pairs.hpp"
#include "bitworth/formats/pair_names.hpp"
#include "bitworth/validation/score.hpp"
#include "tests/support/source_dir.hpp"

namespace bitworth {
namespace {

const std::filesystem::path measured = bitworth::source_dir() / "../shared/data/measured";

struct Bounds {
  const char* file;
  double median, p90, absolute_bias, direction, least_coverage, most_coverage;
};

class Ratchet : public testing::TestWithParam<Bounds> {};

TEST_P(Ratchet, PredictionsDoNotGetWorse) {
  const Bounds& bounds = GetParam();
  const std::filesystem::path path = measured / bounds.file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the published pairs are not here: " << path;
  const auto file = formats::read_measured_pairs(path.string(), formats::built_in_catalog());
  ASSERT_TRUE(file) << to_text(file.error());
  const validation::Validation result = validation::validate(file->pairs, file->refused);
  EXPECT_TRUE(result.refused.empty());
  const validation::Score score = validation::score(result.pairs);
  EXPECT_LE(*score.median_abs_log_error, bounds.median);
  EXPECT_LE(*score.p90_abs_log_error, bounds.p90);
  EXPECT_LE(std::abs(*score.bias), bounds.absolute_bias);
  EXPECT_GE(*score.direction_right, bounds.direction);
  EXPECT_GE(*score.coverage_80, bounds.least_coverage);
  EXPECT_LE(*score.coverage_80, bounds.most_coverage);
}

INSTANTIATE_TEST_SUITE_P(Published, Ratchet,
                         testing::Values(Bounds{"pairs.jsonl", 0.0435, 0.153, 0.01, 0.983, 0.87, 0.90},
                                         Bounds{"serving_fp8_fp4_pairs.csv", 0.042, 0.092, 0.04, 0.95, 0.80,
                                                0.90}));

// Every name that the sources use is known, or at least stood in for.
TEST(Ratchet, EveryPublishedNameResolves) {
  const std::filesystem::path path = measured / "names.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the published names are not here: " << path;
  std::ifstream in(path);
  const nlohmann::json names = nlohmann::json::parse(in);
  const formats::Catalog& catalog = formats::built_in_catalog();
  int stand_ins = 0;
  for (const char* list : {"model", "serving_families"}) {
    for (const std::string name : names[list]) {
      std::optional<double> parameters;
      if (names["params_b"].contains(name)) parameters = names["params_b"][name].get<double>() * 1e9;
      const auto found = formats::architecture_named(name, parameters, catalog);
      EXPECT_TRUE(found.thing) << name;
      stand_ins += found.approximate;
    }
  }
  for (const char* list : {"hardware", "serving_systems"}) {
    for (const std::string name : names[list]) {
      const auto found = formats::device_named(name, catalog);
      EXPECT_TRUE(found.thing) << name;
      stand_ins += found.approximate;
    }
  }
  EXPECT_EQ(stand_ins, 0);
  for (const char* list : {"engine", "serving_backends"}) {
    for (const std::string name : names[list]) EXPECT_TRUE(formats::engine_named(name, catalog)) << name;
  }
  for (const char* list : {"format", "baseline_format"}) {
    for (const std::string name : names[list]) EXPECT_TRUE(catalog.schemes.find(name)) << name;
  }
}

}  // namespace
}  // namespace bitworth
