#pragma once

#include <cstdint>
#include <optional>

namespace bitworth::quality {

/// How a non-inferiority test is planned.
struct Plan {
  double margin = 0.01;  ///< loss of accuracy that is acceptable, absolute
  double alpha = 0.025;  ///< one-sided
  double power = 0.8;    ///< probability of accepting an option that loses as little as assumed
};

/// Paired items that Tango's test needs at that discordance if the true loss is as given. Absent: a loss as
/// large as the margin is never accepted.
/// Assumes: discordance in 0..1 (raised to the loss where it is less, which cannot be).
/// Source: docs/model.md, "Items that a test needs".
std::optional<std::int64_t> items_needed(const Plan&, double discordance, double true_loss = 0);

}  // namespace bitworth::quality
