#include "bitworth/quality/assess.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/quality/holm.hpp"
#include "bitworth/quality/loss.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::quality {
namespace {

std::string points(double fraction) {
  return significant(fraction * 100, 2) + " pp";
}

std::string count(std::int64_t number) {
  return significant(static_cast<double>(number), 12);
}

Outcome outcome_of(double p_accept, double p_reject, double alpha) {
  if (p_accept <= alpha) return Outcome::accept;
  return p_reject <= alpha ? Outcome::reject : Outcome::inconclusive;
}

void plan_items(const Plan& plan, const LossEvidence& evidence, SliceTest& test) {
  if (!test.paired) return;  // how often the two models disagree is not known
  const auto clustered = [&](std::optional<std::int64_t> items) {
    if (items)
      *items = static_cast<std::int64_t>(std::ceil(static_cast<double>(*items) * test.design_effect));
    return items;
  };
  test.items_needed = clustered(items_needed(plan, evidence.discordance()));
  test.items_needed_as_seen = clustered(items_needed(plan, evidence.discordance(), std::max(0.0, test.loss)));
}

SliceTest test_slice(const cases::OutcomeSlice& slice, const Plan& plan) {
  const LossEvidence evidence(slice);
  SliceTest test;
  test.name = slice.name;
  test.counts = slice.counts;
  test.paired = evidence.paired();
  test.clusters = evidence.clusters();
  test.design_effect = evidence.design_effect();
  test.loss = evidence.loss();
  test.interval = evidence.interval(1 - 2 * plan.alpha);
  test.mcnemar = mcnemar(slice.counts);
  test.p_accept = test.holm_accept = evidence.p_below(plan.margin);
  test.p_reject = test.holm_reject = evidence.p_above(plan.margin);
  test.outcome = outcome_of(test.p_accept, test.p_reject, plan.alpha);
  plan_items(plan, evidence, test);
  return test;
}

void adjust(std::vector<SliceTest*> family, double SliceTest::*from, double SliceTest::*to) {
  std::vector<double> p;
  for (const SliceTest* test : family) p.push_back(test->*from);
  const std::vector<double> adjusted = holm_adjusted(p);
  for (std::size_t i = 0; i < family.size(); ++i) family[i]->*to = adjusted[i];
}

// Accepting is claimed for the slices that decide; rejecting may strike any.
void adjust_slices(std::vector<SliceTest>& slices, double alpha) {
  std::vector<SliceTest*> all, deciding;
  for (SliceTest& test : slices) {
    all.push_back(&test);
    if (test.decides) deciding.push_back(&test);
  }
  adjust(deciding.empty() ? all : deciding, &SliceTest::p_accept, &SliceTest::holm_accept);
  adjust(all, &SliceTest::p_reject, &SliceTest::holm_reject);
  for (SliceTest& test : slices) test.outcome = outcome_of(test.holm_accept, test.holm_reject, alpha);
}

std::string figures(const SliceTest& test, const Plan& plan) {
  const std::string items =
      test.paired ? format("{} paired item{}", count(test.counts.items), test.counts.items == 1 ? "" : "s")
                  : "scores that are not paired by item";
  return format("{} lost on {}, {} % interval {} to {}, margin {}", points(test.loss), items,
                significant(100 * (1 - 2 * plan.alpha)), points(test.interval.low),
                points(test.interval.high), points(plan.margin));
}

// What would settle an inconclusive test.
std::string remedy(const SliceTest& test, const Plan& plan) {
  if (!test.paired) return "compare item by item, which needs far fewer items (--log_samples)";
  if (test.clusters == 1) return "its items are one cluster: take more clusters";
  if (test.counts.items < fewest_that_tell)
    return format(
        "so few do not tell how often the two differ, and nothing of such a margin: {} items are needed even "
        "if not one is answered differently",
        count(items_needed(plan, 0).value_or(0)));
  const std::optional<std::int64_t> more = test.more_items();
  if (!more)
    return format(
        "there are items enough: the loss is too near the margin, so choose a larger margin or another "
        "option "
        "({} items would do if nothing were lost)",
        count(*test.items_needed));
  std::string text = format("{} more paired items settle it if nothing is really lost", count(*more));
  if (test.items_needed_as_seen && test.loss > 0)
    text += format(", {} if {} is",
                   count(std::max<std::int64_t>(1, *test.items_needed_as_seen - test.counts.items)),
                   points(test.loss));
  if (test.loss >= plan.margin) text += "; the loss seen would never be accepted";
  return text;
}

std::string sentence(const SliceTest& test, const Plan& plan) {
  const std::string text = figures(test, plan);
  return test.outcome == Outcome::inconclusive ? format("{}; {}", text, remedy(test, plan)) : text;
}

void conclude(const Plan& plan, std::span<const std::string> deciding, Assessment& result) {
  const auto settle = [&](Outcome outcome, std::string reason) {
    result.outcome = outcome;
    result.reason = std::move(reason);
  };
  const auto slice_sentence = [&](const SliceTest& test) {
    const char* judged = test.outcome == Outcome::reject ? "is rejected" : "must hold and is not settled";
    return format("slice \"{}\" {}: {}", test.name, judged, sentence(test, plan));
  };
  if (result.whole.outcome == Outcome::reject) return settle(Outcome::reject, sentence(result.whole, plan));
  for (const SliceTest& test : result.slices) {
    if (test.outcome == Outcome::reject) return settle(Outcome::reject, slice_sentence(test));
  }
  for (const std::string& name : deciding) {
    if (std::ranges::find(result.slices, name, &SliceTest::name) == result.slices.end())
      return settle(Outcome::inconclusive,
                    format("no outcome is of the slice \"{}\", which must hold", name));
  }
  for (const SliceTest& test : result.slices) {
    if (test.decides && test.outcome == Outcome::inconclusive)
      return settle(Outcome::inconclusive, slice_sentence(test));
  }
  settle(result.whole.outcome, sentence(result.whole, plan));
}

}  // namespace

std::string to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::accept:
      return "ACCEPT";
    case Outcome::reject:
      return "REJECT";
    case Outcome::inconclusive:
      return "INCONCLUSIVE";
  }
  return "";
}

std::optional<std::int64_t> SliceTest::more_items() const {
  if (counts.items < fewest_that_tell) return std::nullopt;
  for (const auto& needed : {items_needed, items_needed_as_seen}) {
    if (needed && *needed > counts.items) return *needed - counts.items;
  }
  return std::nullopt;
}

Assessment assess(const cases::QualityEvidence& evidence, const Plan& plan,
                  std::span<const std::string> deciding_slices) {
  Assessment result;
  result.whole = test_slice(*evidence.whole, plan);
  for (const cases::OutcomeSlice& slice : evidence.slices) {
    result.slices.push_back(test_slice(slice, plan));
    result.slices.back().decides = std::ranges::find(deciding_slices, slice.name) != deciding_slices.end();
  }
  adjust_slices(result.slices, plan.alpha);
  conclude(plan, deciding_slices, result);
  return result;
}

}  // namespace bitworth::quality
