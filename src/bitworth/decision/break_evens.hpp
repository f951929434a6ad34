#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bitworth/decision/operation.hpp"
#include "bitworth/decision/payoff.hpp"
#include "bitworth/decision/staircase.hpp"

namespace bitworth::decision {

/// Where one figure of the case turns an answer on the option at the medians around, all others staying.
struct BreakEven {
  enum class Status {
    found,        ///< both sides were looked at
    not_reached,  ///< nowhere in the range that was searched
    unverified    ///< beyond some value the answer cannot be computed, and up to there it stays
  };
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

/// Where a curve over positive numbers changes its sign nearest to `now`, between the ends. Steps of whole
/// GPUs make it a staircase: it is walked in strides of 5 %, then the one that was found is narrowed; of a
/// curve that only rises or falls, one endless stride is enough. `curve`: absent where it cannot be computed.
inline constexpr double usual_stride = 1.05;
struct Crossing {
  BreakEven::Status status = BreakEven::Status::not_reached;
  std::optional<double> at;
};
Crossing nearest_crossing(const std::function<std::optional<double>(double)>& curve, double now, double low,
                          double high, std::span<const double> edges = {}, double stride = usual_stride);

/// The break-evens of one option. `saving`: where its fleet changes against the baseline's, by load.
/// Assumes: it and the baseline serve the traffic at the medians.
std::vector<BreakEven> find_break_evens(Payoffs&, const Inputs& medians, std::size_t option,
                                        const Operation& own, std::span<const SavingChange> saving = {});

}  // namespace bitworth::decision
