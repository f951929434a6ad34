#include "bitworth/decision/quality_bar.hpp"

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

std::string points(double fraction) {
  return significant(fraction * 100, 2) + " pp";
}

// The items of a test that would settle it; absent: nothing is known of how often the two differ.
std::optional<std::string> items_to_ask(const cases::Case& c, const cases::Option& option) {
  if (!option.discordance) return std::nullopt;
  const auto items = quality::items_needed(quality_plan(c), option.discordance->value);
  if (!items) return std::nullopt;
  return significant(static_cast<double>(*items), 2);
}

// What to measure while nothing has been observed.
std::string test_to_run(const cases::Case& c, const cases::Option& option) {
  if (option.quality_loss.value >= c.quality.margin)
    return "a test on your task accepts it only if it loses less there than is expected; a larger margin or "
           "another option are the other ways";
  const auto items = items_to_ask(c, option);
  if (!items) return "measure it on your task";
  return format(
      "measure it on your task: about {} items answered by both models would settle it, if nothing "
      "is really lost (\"bitworth quality\")",
      *items);
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

std::optional<std::string> quality_condition(const cases::Case& c, const cases::Option& option, Bar bar) {
  if (bar != Bar::likely) return std::nullopt;
  const auto items = items_to_ask(c, option);
  return format(
      "a paired evaluation on your task accepts {} at {} before it serves everyone{}; {} is no evidence",
      option.name, points(c.quality.margin),
      items ? format(" (about {} items answered by both models, \"bitworth quality\")", *items) : "",
      option.quality_loss.provenance == Provenance::prior ? "a prior" : "an assumption");
}

}  // namespace bitworth::decision
