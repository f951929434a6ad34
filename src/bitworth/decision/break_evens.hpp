#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bitworth/decision/nearest_crossing.hpp"
#include "bitworth/decision/operation.hpp"
#include "bitworth/decision/payoff.hpp"
#include "bitworth/decision/staircase.hpp"

namespace bitworth::decision {

/// Where one figure of the case turns an answer on the option at the medians around, all others staying.
struct BreakEven {
  using Status = Crossing::Status;
  /// What turns around: whether it is worth more than nothing, whether a step is faster than the baseline's,
  /// or whether the quality bar is met.
  enum class About { money, step_time, quality_bar };
  std::string input;  ///< "load", "GPU price", "re-quantization interval"
  About about = About::money;
  double now = 0;
  Status status = Status::not_reached;
  std::optional<double> at;  ///< set where found
  std::string text;          ///< the same in words
};
std::string to_text(BreakEven::Status);
std::string to_text(BreakEven::About);

/// The break-evens of one option. `saving`: where its fleet changes against the baseline's, by load.
/// Assumes: it and the baseline serve the traffic at the medians.
std::vector<BreakEven> find_break_evens(Payoffs&, const Inputs& medians, std::size_t option,
                                        const Operation& own, std::span<const SavingChange> saving = {});

}  // namespace bitworth::decision
