#pragma once

#include <vector>

#include "bitworth/cases/case.hpp"

namespace bitworth::decision {

/// Which tokens become more or fewer.
enum class Lengths { prompts, answers };

/// What an option's replicas carry when all prompts (or answers) are so many times as long, over what they
/// carry now: longer ones take longer, stay longer in the KV cache, and leave room for fewer beside them. In
/// closed form on the replica that is best now; between the scales that were computed it is straight.
class LengthScale {
 public:
  static constexpr double least = 0.1, most = 10;

  /// No different at any length.
  LengthScale() = default;
  LengthScale(const cases::Case&, const cases::Option&, Lengths);

  /// Never more for longer ones. 0: not served inside the SLO. Costs a few nanoseconds.
  double operator()(double scale) const;

  /// Of a case whose lengths are so many times as long already.
  LengthScale from(double scale) const;

 private:
  std::vector<double> rates_;  // in equal steps from `least` to `most`; empty: no different
};

}  // namespace bitworth::decision
