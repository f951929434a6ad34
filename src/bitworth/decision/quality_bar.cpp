#include "bitworth/decision/quality_bar.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

std::string points(double fraction) {
  return significant(fraction * 100, 2) + " pp";
}

// A test planned for no loss at all seldom accepts an option that loses a little; one planned for a loss near
// the margin needs more items than anybody has.
constexpr double largest_planned_loss = 0.5;  // of the margin

double planned(double loss, double margin) {
  return std::clamp(loss, 0.0, largest_planned_loss * margin);
}

// The items that a test lacks that was made and settled nothing: of the whole, in which the slices that must
// hold have their share.
std::int64_t items_lacking(const quality::Plan& plan, const quality::Assessment& assessment) {
  double factor = 1;
  const auto ask_for = [&](const quality::SliceTest& test) {
    if (test.outcome != quality::Outcome::inconclusive) return;
    const auto needed =
        quality::items_needed(plan, test.counts.discordance(), planned(test.loss, plan.margin));
    const double times =
        static_cast<double>(needed.value_or(0)) * test.design_effect / static_cast<double>(test.counts.items);
    factor = std::max(factor, times > 1 ? times : 2);  // where there were enough, as many again
  };
  ask_for(assessment.whole);
  for (const quality::SliceTest& slice : assessment.slices) {
    if (slice.decides) ask_for(slice);
  }
  return static_cast<std::int64_t>(
      std::ceil((factor - 1) * static_cast<double>(assessment.whole.counts.items)));
}

std::string shown(std::int64_t items) {
  return significant(static_cast<double>(items), 2);
}

// What to measure while nothing has been observed.
std::string test_to_run(const cases::Case& c, const cases::Option& option) {
  if (option.quality_loss.value >= c.quality.margin)
    return "a test on your task accepts it only if it loses less there than is expected; a larger margin or "
           "another option are the other ways";
  const auto test = test_to_make(c, option);
  if (!test) return "measure it on your task";
  return format("measure it on your task: {} (\"bitworth quality\")", to_text(c, *test));
}

// The loss was observed, or cannot be, or no loss is too large.
bool needs_no_test(const cases::Case& c, const cases::Option& option) {
  switch (option.quality_loss.provenance) {
    case Provenance::exact:
    case Provenance::measured:
    case Provenance::imported:
      return true;
    default:
      return c.quality.margin >= 1;
  }
}

}  // namespace

std::optional<QualityTest> test_to_make(const cases::Case& c, const cases::Option& option) {
  const quality::Plan plan = quality_plan(c);
  const auto made = assess_quality(c, option);
  if (made && made->outcome == quality::Outcome::inconclusive && made->whole.paired &&
      made->whole.counts.items >= quality::fewest_that_tell)
    return QualityTest{std::max<std::int64_t>(1, items_lacking(plan, *made)),
                       planned(made->whole.loss, plan.margin), true};
  if (!option.discordance) return std::nullopt;
  const double loss = planned(option.quality_loss.value, plan.margin);
  const auto items = quality::items_needed(plan, option.discordance->value, loss);
  if (!items) return std::nullopt;
  return QualityTest{*items, loss, false};
}

std::string to_text(const cases::Case& c, const QualityTest& test) {
  return format("about {} {}items answered by both models accept it in {} of the cases if it loses {}",
                shown(test.items), test.more ? "more " : "", significant(100 * c.quality.power) + " %",
                test.planned_loss > 0 ? "no more than " + points(test.planned_loss) : "nothing");
}

std::string to_text(Bar bar) {
  switch (bar) {
    case Bar::met:
      return "met";
    case Bar::likely:
      return "likely";
    case Bar::missed:
      return "missed";
    case Bar::unclear:
      return "unclear";
  }
  return "";
}

quality::Plan quality_plan(const cases::Case& c) {
  return {c.quality.margin, c.quality.alpha, c.quality.power};
}

std::optional<quality::Assessment> assess_quality(const cases::Case& c, const cases::Option& option) {
  if (!option.evidence || !option.evidence->whole) return std::nullopt;
  return quality::assess(*option.evidence, quality_plan(c), c.quality.slices);
}

std::optional<quality::Screening> screen_divergence(const cases::Case& c, const cases::Option& option) {
  if (!option.evidence || !option.evidence->divergence) return std::nullopt;
  return quality::screen(*option.evidence, c.quality.screen, c.quality.margin);
}

Bar quality_bar(const cases::Case& c, const cases::Option& option) {
  if (const auto assessment = assess_quality(c, option)) {
    switch (assessment->outcome) {
      case quality::Outcome::accept:
        return Bar::met;
      case quality::Outcome::reject:
        return Bar::missed;
      case quality::Outcome::inconclusive:
        return Bar::unclear;
    }
  }
  if (const auto screening = screen_divergence(c, option); screening && screening->rejects)
    return Bar::missed;
  const double sure = normal_quantile(1 - c.quality.tolerated_risk);
  if (at_normal_score(option.quality_loss, sure) <= c.quality.margin)
    return needs_no_test(c, option) ? Bar::met : Bar::likely;
  const bool seen_beyond =
      needs_no_test(c, option) && at_normal_score(option.quality_loss, -sure) > c.quality.margin;
  return seen_beyond ? Bar::missed : Bar::unclear;
}

double least_margin_met(const cases::Case& c, const cases::Option& option) {
  if (!option.evidence || !option.evidence->whole)
    return at_normal_score(option.quality_loss, normal_quantile(1 - c.quality.tolerated_risk));
  double low = 0, high = 1;  // a wider margin is never harder to hold
  for (int i = 0; i < 50; ++i) {
    quality::Plan plan = quality_plan(c);
    plan.margin = (low + high) / 2;
    const auto outcome = quality::assess(*option.evidence, plan, c.quality.slices).outcome;
    (outcome == quality::Outcome::accept ? high : low) = plan.margin;
  }
  return high;
}

std::string quality_reason(const cases::Case& c, const cases::Option& option, Bar bar) {
  const std::string start = format("quality bar {}: ", to_text(bar));
  if (const auto assessment = assess_quality(c, option))
    return start + format("{} ({})", assessment->reason, to_text(option.quality_loss.provenance));
  const auto screening = screen_divergence(c, option);
  if (screening && screening->rejects) return start + screening->reason;
  const Estimate& loss = option.quality_loss;
  std::string text = start + format("loss of {} to {} ({}) against a margin of {}", points(loss.p10),
                                    points(loss.p90), to_text(loss.provenance), points(c.quality.margin));
  if (screening) text += "; " + screening->reason;
  if (bar == Bar::unclear) text += "; " + test_to_run(c, option);
  return text;
}

std::optional<std::string> quality_condition(const cases::Case& c, const cases::Option& option, Bar bar) {
  if (bar != Bar::likely) return std::nullopt;
  const auto test = test_to_make(c, option);
  return format(
      "a paired evaluation on your task accepts {} at {} before it serves everyone{}; {} is no evidence",
      option.name, points(c.quality.margin),
      test ? format(" (about {} items answered by both models, \"bitworth quality\")", shown(test->items))
           : "",
      option.quality_loss.provenance == Provenance::prior ? "a prior" : "an assumption");
}

}  // namespace bitworth::decision
