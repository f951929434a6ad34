#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bitworth/cases/quality_evidence.hpp"
#include "bitworth/quality/items_needed.hpp"
#include "bitworth/quality/mcnemar.hpp"
#include "bitworth/quality/tango.hpp"

namespace bitworth::quality {

enum class Outcome {
  accept,       ///< the loss is smaller than the margin, for all that chance explains
  reject,       ///< it is larger
  inconclusive  ///< more items are needed
};
std::string to_text(Outcome);

/// Fewer items do not tell how often two models differ, to a factor of two; a rule of thumb.
inline constexpr std::int64_t fewest_that_tell = 30;

/// The non-inferiority test of one slice.
struct SliceTest {
  std::string name;
  cases::PairedCounts counts;
  bool paired = true;
  bool decides = false;  ///< named by the user: must be accepted by itself
  int clusters = 0;      ///< 0: every item stands for itself
  double design_effect = 1;
  double loss = 0;
  Interval interval;       ///< of the loss, two-sided at 1 - 2 alpha
  McNemar mcnemar;         ///< of paired items by themselves
  double p_accept = 1;     ///< of a loss as small as seen were it the margin
  double p_reject = 1;     ///< of a loss as large as seen were it the margin
  double holm_accept = 1;  ///< the same over all slices that decide (all of them where none is named)
  double holm_reject = 1;  ///< the same over all slices
  Outcome outcome = Outcome::inconclusive;
  std::optional<std::int64_t> items_needed;          ///< in all, if nothing is really lost
  std::optional<std::int64_t> items_needed_as_seen;  ///< if the loss is the one seen; absent: too large

  /// Items that are missing at least; absent: there are enough, and the loss is too near the margin, or too
  /// few to tell.
  std::optional<std::int64_t> more_items() const;
};

struct Assessment {
  SliceTest whole;
  std::vector<SliceTest> slices;
  Outcome outcome = Outcome::inconclusive;
  std::string reason;
};

/// Whether the candidate is as good as the baseline but for the margin.
/// Reject: the whole or any slice is rejected. Accept: the whole is accepted, and so is each slice that the
/// user names. Slices go by p-values adjusted after Holm. Assumes: the evidence has outcomes, each slice an
/// item.
Assessment assess(const cases::QualityEvidence&, const Plan&,
                  std::span<const std::string> deciding_slices = {});

}  // namespace bitworth::quality
