#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/bar.hpp"
#include "bitworth/quality/assess.hpp"
#include "bitworth/quality/divergence.hpp"

namespace bitworth::decision {

/// The test that the case asks for.
quality::Plan quality_plan(const cases::Case&);

/// The non-inferiority test of the option's outcomes at the case's margin; absent: there are none.
std::optional<quality::Assessment> assess_quality(const cases::Case&, const cases::Option&);

/// What the option's KLD says at that margin; absent: it has none.
std::optional<quality::Screening> screen_divergence(const cases::Case&, const cases::Option&);

/// Whether the loss of quality stays inside the margin. Outcomes decide where there are any: accepted is met,
/// rejected is missed, inconclusive is unclear. Else a KLD may miss it, and else the interval of the loss
/// says, at the risk that the case tolerates: met or missed where it was observed (or no loss is too large),
/// likely or unclear where it is a prior or stated, since these are no evidence.
Bar quality_bar(const cases::Case&, const cases::Option&);

/// A paired test that would settle the bar at the case's power.
struct QualityTest {
  std::int64_t items = 0;  ///< to ask of both models
  double planned_loss =
      0;              ///< it accepts with that power an option that loses so much; at most half the margin
  bool more = false;  ///< beyond those of a test that was made
};

/// The test to make next: as large as `bitworth quality` computes at the case's margin and power, for the
/// loss that is expected; after a test that settled nothing, what it lacks. Absent: nothing is known of how
/// often the two differ.
std::optional<QualityTest> test_to_make(const cases::Case&, const cases::Option&);

/// "about 2,500 items answered by both models accept it in 80 % of the cases if it loses no more than 0.1 pp"
std::string to_text(const cases::Case&, const QualityTest&);

/// The smallest margin at which the bar is met; at most 1.
double least_margin_met(const cases::Case&, const cases::Option&);

/// What a GO hangs on where the bar is likely to be met and nobody has looked: a test at the roll-out.
/// Absent: nothing.
std::optional<std::string> quality_condition(const cases::Case&, const cases::Option&, Bar);

/// The bar and why it is so, with the items that a test needs where it is unclear.
std::string quality_reason(const cases::Case&, const cases::Option&, Bar);

}  // namespace bitworth::decision
