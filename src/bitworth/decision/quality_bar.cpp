#include "bitworth/decision/quality_bar.hpp"

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

std::string points(double fraction) {
  return significant(fraction * 100, 2) + " pp";
}

// What to measure while nothing has been observed.
std::string test_to_run(const cases::Case& c, const cases::Option& option) {
  if (option.quality_loss.value >= c.quality.margin)
    return "a test would hardly accept the loss that is expected: choose a larger margin or another option";
  if (!option.discordance) return "measure it on your task";
  const auto items = quality::items_needed(quality_plan(c), option.discordance->value);
  return format(
      "measure it on your task: about {} items answered by both models would settle it, if nothing "
      "is really lost (\"bitworth quality\")",
      significant(static_cast<double>(*items), 2));
}

}  // namespace

std::string to_text(Bar bar) {
  switch (bar) {
    case Bar::met:
      return "met";
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
  if (at_normal_score(option.quality_loss, sure) <= c.quality.margin) return Bar::met;
  if (at_normal_score(option.quality_loss, -sure) > c.quality.margin) return Bar::missed;
  return Bar::unclear;
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

}  // namespace bitworth::decision
