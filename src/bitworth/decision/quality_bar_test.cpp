#include "bitworth/decision/quality_bar.hpp"

#include <gtest/gtest.h>

#include "bitworth/decision/decide.hpp"
#include "bitworth/quality/loss.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

// A busy case in which an 8-bit option surely pays; its prior says that it may lose too much.
cases::Case busy_case() {
  cases::Case c = tests::ideal_case();
  c.workload.requests_per_second = certain(500, Provenance::measured, "test");
  c.money.engineering_hours = certain(1, Provenance::measured, "test");
  c.money.engineer_price_per_hour = certain(100, Provenance::measured, "test");
  c.options = {tests::ideal_fp8()};
  c.options[0].quality_loss = {0.008, 0.002, 0.03, Provenance::prior, "test", ""};
  c.options[0].discordance = Estimate{0.06, 0.03, 0.1, Provenance::prior, "test", ""};
  c.quality.screen = {0.08, 5.5e-4, 2, 10, "test"};
  c.thresholds = {.low_volume_requests_per_day = 1e4,
                  .high_volume_requests_per_day = 1e6,
                  .small_compute_share = 0.1,
                  .frequent_updates_per_year = 4};
  return c;
}

cases::Case with_outcomes(cases::PairedCounts counts) {
  cases::Case c = busy_case();
  cases::QualityEvidence evidence;
  evidence.whole = cases::OutcomeSlice{"all items", counts, {}, {}};
  evidence.provenance = Provenance::measured;
  evidence.source = "test";
  c.options[0].quality_loss = quality::loss_estimate(evidence);
  c.options[0].evidence = evidence;
  return c;
}

cases::Case with_kld(double kld) {
  cases::Case c = busy_case();
  c.options[0].evidence = cases::QualityEvidence();
  c.options[0].evidence->divergence = cases::Divergence{.mean_kld = kld};
  return c;
}

OptionDecision decided(const cases::Case& c) {
  return decide(c, {.draws = 100}).options[0];
}

// The sentence on quality among the reasons.
std::string sentence(const OptionDecision& option) {
  for (const std::string& reason : option.reasons) {
    if (reason.starts_with("quality bar")) return reason;
  }
  return "";
}

TEST(QualityBar, AcceptedOutcomesMeetItAndLiftTheProvenance) {
  const OptionDecision before = decided(busy_case()), after = decided(with_outcomes({56227, 958, 824}));
  EXPECT_EQ(before.verdict, Verdict::measure);
  EXPECT_EQ(before.worst_provenance, Provenance::prior);
  EXPECT_EQ(after.bar, Bar::met);
  EXPECT_EQ(after.verdict, Verdict::go);
  EXPECT_EQ(after.worst_provenance, Provenance::modelled);
  EXPECT_EQ(
      sentence(after),
      "quality bar met: 0.24 pp lost on 56,227 paired items, 95 % interval 0.091 pp to 0.39 pp, margin 1 "
      "pp (measured)");
}

TEST(QualityBar, RejectedOutcomesMissItWhateverItSaves) {
  const OptionDecision option = decided(with_outcomes({5000, 300, 100}));
  EXPECT_EQ(option.bar, Bar::missed);
  EXPECT_EQ(option.verdict, Verdict::no_go);
  EXPECT_TRUE(sentence(option).starts_with("quality bar missed: 4 pp lost on 5,000 paired items"));
}

// The interval of the loss alone, 80 %, would accept these: the test at 2.5 % does not.
TEST(QualityBar, InconclusiveOutcomesSayHowManyItemsAreMissing) {
  const OptionDecision option = decided(with_outcomes({1000, 15, 15}));
  EXPECT_EQ(option.bar, Bar::unclear);
  EXPECT_EQ(option.verdict, Verdict::measure);
  EXPECT_NE(sentence(option).find("more paired items settle it"), std::string::npos) << sentence(option);
  EXPECT_LE(with_outcomes({1000, 15, 15}).options[0].quality_loss.p90, 0.01);
}

TEST(QualityBar, ASliceThatMustHoldIsAsked) {
  cases::Case c = with_outcomes({20000, 200, 200});
  c.options[0].evidence->slices = {{"chat", {19900, 197, 198}, {}, {}}, {"math", {100, 3, 2}, {}, {}}};
  EXPECT_EQ(decided(c).bar, Bar::met);
  c.quality.slices = {"math"};
  EXPECT_EQ(decided(c).bar, Bar::unclear);
  c.options[0].evidence->slices[1].counts = {1000, 120, 20};
  EXPECT_EQ(decided(c).bar, Bar::missed);
}

TEST(QualityBar, AKldRejectsAndNeverAccepts) {
  EXPECT_EQ(decided(with_kld(0.4)).bar, Bar::missed);
  EXPECT_EQ(decided(with_kld(0.4)).verdict, Verdict::no_go);
  EXPECT_NE(sentence(decided(with_kld(0.4))).find("a KLD of 0.4 nat costs at least 3.2 pp"),
            std::string::npos);
  EXPECT_EQ(decided(with_kld(1e-5)).bar, Bar::unclear) << "however small, it accepts nothing";
  EXPECT_NE(sentence(decided(with_kld(1e-5))).find("does not accept"), std::string::npos);
  cases::Case both = with_outcomes({56227, 958, 824});
  both.options[0].evidence->divergence = cases::Divergence{.mean_kld = 0.4};
  EXPECT_EQ(decided(both).bar, Bar::met) << "answers go before divergences";
}

TEST(QualityBar, WithoutEvidenceItNamesTheItemsOfATest) {
  EXPECT_EQ(
      sentence(decided(busy_case())),
      "quality bar unclear: loss of 0.2 pp to 3 pp (prior) against a margin of 1 pp; measure it on your "
      "task: about 19,000 items answered by both models accept it in 80 % of the cases if it loses no more "
      "than "
      "0.5 pp (\"bitworth quality\")");
  cases::Case worse = busy_case();
  worse.options[0].quality_loss.value = 0.02;
  EXPECT_NE(sentence(decided(worse)).find("if it loses less there than is expected"), std::string::npos);
}

// The margin that would do is the upper limit of the test, 95 %, not that of the drawn loss, 80 %.
TEST(QualityBar, LeastMarginIsWhereTheTestAccepts) {
  const cases::Case c = with_outcomes({1000, 15, 15});
  const quality::Interval limits = quality::tango_interval({1000, 15, 15}, 1.959963984540054);
  EXPECT_NEAR(least_margin_met(c, c.options[0]), limits.high, 1e-9);
  EXPECT_NEAR(least_margin_met(busy_case(), busy_case().options[0]), 0.03, 1e-12);
}

// What is offered is what `bitworth quality` says of the same plan: after it, the answer does not ask the
// same.
TEST(QualityBar, TheTestToMakeSettlesIt) {
  const cases::Case open = busy_case();
  const QualityTest first = test_to_make(open, open.options[0]).value();
  EXPECT_EQ(first.items, quality::items_needed(quality_plan(open), 0.06, 0.005).value());
  const std::int64_t differ = first.items * 6 / 100, lost = first.items / 200;
  const cases::Case settled = with_outcomes({first.items, (differ + lost) / 2, (differ - lost) / 2});
  EXPECT_EQ(decided(settled).bar, Bar::met);
}

TEST(QualityBar, ATestThatSettledNothingAsksForWhatItLacks) {
  const cases::Case c = with_outcomes({1000, 15, 15});
  const QualityTest test = test_to_make(c, c.options[0]).value();
  EXPECT_TRUE(test.more);
  EXPECT_EQ(test.items + 1000, quality::items_needed(quality_plan(c), 0.03, 0).value());
  EXPECT_EQ(to_text(c, test),
            "about 1,500 more items answered by both models accept it in 80 % of the cases if "
            "it loses nothing");
  cases::Case sliced = with_outcomes({20000, 200, 200});
  sliced.options[0].evidence->slices = {{"math", {100, 3, 2}, {}, {}}};
  sliced.quality.slices = {"math"};
  EXPECT_GT(test_to_make(sliced, sliced.options[0])->items, 20000) << "one in 200 is of the slice";
}

// As a prior it says that a test would probably be lost, and a test nobody made decides nothing.
TEST(QualityBar, OnlyWhatWasObservedMissesIt) {
  cases::Case c = busy_case();
  c.options[0].quality_loss = {0.05, 0.03, 0.08, Provenance::prior, "test", ""};
  EXPECT_EQ(decided(c).bar, Bar::unclear);
  c.options[0].quality_loss.provenance = Provenance::imported;
  EXPECT_EQ(decided(c).bar, Bar::missed);
  EXPECT_EQ(decided(c).verdict, Verdict::no_go);
}

// The same interval: as a prior it is no evidence, measured it is.
TEST(QualityBar, APriorAloneIsNoEvidence) {
  cases::Case c = busy_case();
  for (const Provenance provenance : {Provenance::prior, Provenance::stated, Provenance::modelled}) {
    c.options[0].quality_loss = {0.001, -0.002, 0.006, provenance, "test", ""};
    const Decision decision = decide(c, {.draws = 1000});
    const OptionDecision& option = decision.options[0];
    EXPECT_EQ(option.bar, Bar::likely);
    EXPECT_EQ(option.verdict, Verdict::go);
    ASSERT_EQ(option.conditions.size(), 1U);
    EXPECT_EQ(decision.conditions, option.conditions);
    EXPECT_TRUE(option.conditions[0].contains("a paired evaluation on your task accepts FP8 at 1 pp"));
    EXPECT_TRUE(option.conditions[0].contains("about 5,900 items")) << option.conditions[0];
    EXPECT_TRUE(sentence(option).starts_with("quality bar likely")) << sentence(option);
  }
  for (const Provenance provenance : {Provenance::measured, Provenance::imported, Provenance::exact}) {
    c.options[0].quality_loss.provenance = provenance;
    EXPECT_EQ(decided(c).bar, Bar::met);
    EXPECT_TRUE(decided(c).conditions.empty());
  }
}

// What an accepted test says holds in every draw; a prior's tail is still there, and costs the work.
TEST(QualityBar, APriorsTailCounts) {
  cases::Case c = busy_case();
  c.money.engineering_hours = certain(200, Provenance::measured, "test");
  c.options[0].quality_loss = {0.001, -0.002, 0.0095, Provenance::prior, "test", ""};
  const auto worth = [&] { return decide(c, {.draws = 4096}).options[0].information->worth_now; };
  const double likely = worth();
  c.options[0].quality_loss.provenance = Provenance::measured;
  EXPECT_LT(likely, 0.97 * worth());
}

// Much work at stake, an evaluation that costs little: then it comes before the work, not with it.
TEST(QualityBar, ALikelyBarIsMeasuredFirstWhereMuchIsAtStake) {
  cases::Case c = busy_case();
  c.options[0].quality_loss = {0.001, -0.002, 0.0095, Provenance::prior, "test", ""};
  EXPECT_EQ(decide(c, {.draws = 4096}).verdict, Verdict::go);
  const double saved = decide(c, {.draws = 100}).options[0].net_worth->value;
  c.money.engineering_hours = certain(saved / 100 / 2, Provenance::measured, "test");
  const Decision decision = decide(c, {.draws = 4096});
  EXPECT_EQ(decision.verdict, Verdict::measure);
  EXPECT_EQ(decision.options[0].information->best_measurement()->ids, std::vector<std::string>{"quality"});
  EXPECT_TRUE(decision.conditions.empty());
}

// Where any loss is acceptable there is nothing to show.
TEST(QualityBar, WithoutABarAsksNoTest) {
  cases::Case c = busy_case();
  c.quality.margin = 1;
  EXPECT_EQ(decided(c).bar, Bar::met);
  EXPECT_TRUE(decided(c).conditions.empty());
}

// A price for errors is paid from the observed loss, bar or no bar.
TEST(QualityBar, BarAndPriceTogether) {
  cases::Case c = with_outcomes({56227, 958, 824});
  const double free = decided(c).net_worth->value;
  c.quality.dollars_per_error = 0.001;
  EXPECT_LT(decided(c).net_worth->value, free);
  c.quality.dollars_per_error = 10;
  EXPECT_EQ(decided(c).bar, Bar::met);
  EXPECT_EQ(decided(c).verdict, Verdict::no_go) << "the bar is met, and errors cost more than is saved";
}

}  // namespace
}  // namespace bitworth::decision
