#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bitworth/base/error.hpp"
#include "bitworth/base/estimate.hpp"
#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"

namespace bitworth {
namespace {

TEST(Error, NamesThePlaceThenTheProblemThenTheRemedy) {
  EXPECT_EQ(to_text(Error{ErrorKind::malformed, {"case.toml", 7, 3}, "too fast", "slow down"}),
            "case.toml:7:3: too fast; slow down");
  EXPECT_EQ(to_text(Error{ErrorKind::io, {"case.toml", 0, 0}, "cannot be read", ""}),
            "case.toml: cannot be read");
  EXPECT_EQ(to_text(Error{ErrorKind::usage, {}, "no", ""}), "no");
}

TEST(EditDistance, CountsSwapsAsOne) {
  EXPECT_EQ(edit_distance("heigth", "height"), 1);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("", "abc"), 3);
}

TEST(Nearest, FindsTyposAndNothingElse) {
  const std::vector<std::string> words = {"architecture", "hardware", "workload"};
  EXPECT_EQ(nearest("archtecture", words), "architecture");
  EXPECT_EQ(nearest("Work Load", words), "workload");
  EXPECT_FALSE(nearest("money", words));
}

TEST(Slug, KeepsWhatNamesDifferBy) {
  EXPECT_EQ(slug("H100 80GB (SXM)"), "h100-80gb-sxm");
  EXPECT_EQ(slug("fp8-w8a8+fp8kv"), "fp8-w8a8+fp8kv");
}

TEST(Provenance, IsOrderedFromBestToWorst) {
  EXPECT_EQ(worst(Provenance::measured, Provenance::prior), Provenance::prior);
  EXPECT_EQ(worst(Provenance::exact, Provenance::measured), Provenance::measured);
  EXPECT_EQ(worst(Provenance::stated, Provenance::modelled), Provenance::stated);
}

TEST(Estimate, DrawsHonourTheThreeFigures) {
  const double z90 = 1.2815515655446004;
  const Estimate skewed{
      .value = 10, .p10 = 8, .p90 = 20, .provenance = Provenance::prior, .source = "", .date = ""};
  EXPECT_DOUBLE_EQ(at_normal_score(skewed, 0), 10);
  EXPECT_NEAR(at_normal_score(skewed, -z90), 8, 1e-12);
  EXPECT_NEAR(at_normal_score(skewed, z90), 20, 1e-12);
  const Estimate around_zero{
      .value = 0, .p10 = -1, .p90 = 3, .provenance = Provenance::prior, .source = "", .date = ""};
  EXPECT_NEAR(at_normal_score(around_zero, -z90), -1, 1e-12);
  EXPECT_NEAR(at_normal_score(around_zero, z90), 3, 1e-12);
}

RC_GTEST_PROP(Estimate, DrawsGrowWithTheScore, ()) {
  const double low = *rc::gen::inRange(1, 100), step = *rc::gen::inRange(1, 100);
  const Estimate e{.value = low + step,
                   .p10 = low,
                   .p90 = low + 3 * step,
                   .provenance = Provenance::prior,
                   .source = "",
                   .date = ""};
  const double z = *rc::gen::inRange(-300, 300) / 100.0;
  RC_ASSERT(at_normal_score(e, z) < at_normal_score(e, z + 0.01));
}

TEST(NormalQuantile, MatchesPublishedValues) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-16);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(normal_quantile(1e-10), -6.361340902404056, 1e-12);
  EXPECT_NEAR(normal_cdf(1.2815515655446004), 0.9, 1e-15);
}

TEST(Rng, SameSeedAndStreamGiveTheSameNumbers) {
  EXPECT_EQ(Rng(7, "load").bits(), Rng(7, "load").bits());
  EXPECT_NE(Rng(7, "load").bits(), Rng(7, "price").bits());
  EXPECT_NE(Rng(7, "load").bits(), Rng(8, "load").bits());
}

TEST(Rng, UniformStaysInside) {
  Rng rng(1);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double u = rng.uniform();
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.02);
}

}  // namespace
}  // namespace bitworth
