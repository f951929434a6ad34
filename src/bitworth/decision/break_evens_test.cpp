#include "bitworth/decision/break_evens.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "tests/support/asked_case.hpp"

namespace bitworth::decision {
namespace {

using tests::Asked;
using tests::busy_case;
using tests::exactly;

// Work that eats two thirds of what the case saves.
double asked_hours_for(const cases::Case& c) {
  return 2.0 / 3 * Asked(c).median().net_worth / 100;
}

TEST(BreakEvens, TheLoadAtWhichASavingVanishesIsWhereItVanishes) {
  Asked asked(busy_case());
  const Inputs medians = median_inputs(asked.c);
  const auto found = find_break_evens(asked.payoffs, medians, 0, operate(asked.c, asked.basis, medians, 0));
  const auto load = std::ranges::find(found, "load", &BreakEven::input);
  ASSERT_TRUE(load->at);
  const double outwards = *load->at < load->now ? 0.999 : 1.001;
  Inputs moved = medians;
  moved.requests_per_second = *load->at * outwards;
  EXPECT_LE(asked.with(moved).net_worth, 0);
  moved.requests_per_second = *load->at / outwards;
  EXPECT_GT(asked.with(moved).net_worth, 0);
}

TEST(BreakEvens, EarnNothingAtEachOfThem) {
  cases::Case c = busy_case();
  c.quality.dollars_per_error = 0.002;
  c.model_updates_per_year = 2;
  c.money.refresh_hours = exactly(3);
  Asked asked(c);
  const Inputs medians = median_inputs(c);
  const double scale = asked.median().net_worth;
  ASSERT_GT(scale, 0);
  const auto found = find_break_evens(asked.payoffs, medians, 0, operate(c, asked.basis, medians, 0));
  const auto at = [&](std::string_view input) {
    const auto place = std::ranges::find(found, input, &BreakEven::input);
    EXPECT_TRUE(place != found.end() && place->at) << input;
    return *place->at;
  };
  Inputs moved = medians;
  moved.engineering_hours = at("engineering");
  EXPECT_NEAR(asked.with(moved).net_worth / scale, 0, 1e-6);
  moved = medians;
  moved.options[0].quality_loss = at("quality loss");
  EXPECT_NEAR(asked.with(moved).net_worth / scale, 0, 1e-6);
  economics::Terms terms = asked.payoffs.terms(medians);
  terms.horizon_months = at("horizon");
  EXPECT_NEAR(asked.payoffs.one(medians, 0, terms)->net_worth / scale, 0, 1e-3);
}

// The length of prompts turns the money, and the text of the step's break-evens says that they do not.
TEST(BreakEvens, SayWhatTheyAreAbout) {
  cases::Case c = busy_case();
  c.money.engineering_hours = exactly(asked_hours_for(c));
  Asked asked(c);
  const Inputs medians = median_inputs(c);
  const auto found = find_break_evens(asked.payoffs, medians, 0, operate(c, asked.basis, medians, 0));
  const auto named = [&](std::string_view input) {
    return *std::ranges::find(found, input, &BreakEven::input);
  };
  EXPECT_EQ(named("prompt length").about, BreakEven::About::money);
  for (const std::string_view input : {"batch", "context"}) {
    EXPECT_EQ(named(input).about, BreakEven::About::step_time);
    EXPECT_TRUE(named(input).text.contains("time of a decode step, not money")) << named(input).text;
  }
  EXPECT_EQ(named("quality margin").about, BreakEven::About::quality_bar);
  const BreakEven prompts = named("prompt length");
  ASSERT_TRUE(prompts.at) << prompts.text;
  // Prompts that are as long really do turn it, give or take what the closed form is off by.
  for (const double aside : {0.8, 1.25}) {
    cases::Case there = c;
    there.workload.prompt_tokens = {*prompts.at * aside, *prompts.at * aside};
    Asked moved(there);
    EXPECT_EQ(moved.median().kept > 0, (aside > 1) == (*prompts.at < prompts.now)) << prompts.text;
  }
}

}  // namespace
}  // namespace bitworth::decision
