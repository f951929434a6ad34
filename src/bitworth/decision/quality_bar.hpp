#pragma once

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
/// says, at the risk that the case tolerates: met where it was observed (or no loss is too large), likely
/// where it is a prior or stated, since these are no evidence.
Bar quality_bar(const cases::Case&, const cases::Option&);

/// The smallest margin at which the bar is met; at most 1.
double least_margin_met(const cases::Case&, const cases::Option&);

/// What a GO hangs on where the bar is likely to be met and nobody has looked: a test at the roll-out.
/// Absent: nothing.
std::optional<std::string> quality_condition(const cases::Case&, const cases::Option&, Bar);

/// The bar and why it is so, with the items that a test needs where it is unclear.
std::string quality_reason(const cases::Case&, const cases::Option&, Bar);

}  // namespace bitworth::decision
