#pragma once

#include <functional>
#include <optional>
#include <span>

namespace bitworth::decision {

/// Where a curve over positive numbers changes its sign.
struct Crossing {
  enum class Status {
    found,        ///< both sides were looked at
    not_reached,  ///< nowhere in the range that was searched
    unverified    ///< beyond some value the curve cannot be computed, and up to there its sign stays
  };
  Status status = Status::not_reached;
  std::optional<double> at;  ///< set where found
};

/// The crossing nearest to `now`, by its ratio, between the ends. Steps of whole GPUs make the curve a
/// staircase: it is walked in strides of 5 %, then the one that was found is narrowed; of a curve that only
/// rises or falls, one endless stride is enough. Looked at besides: both sides of the edges. `curve`: absent
/// where it cannot be computed.
inline constexpr double usual_stride = 1.05;
Crossing nearest_crossing(const std::function<std::optional<double>(double)>& curve, double now, double low,
                          double high, std::span<const double> edges = {}, double stride = usual_stride);

}  // namespace bitworth::decision
