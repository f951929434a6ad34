#pragma once

#include <optional>
#include <span>

namespace bitworth::stats {

/// Where a sample lies, without assuming its distribution beyond symmetry.
struct Location {
  double median = 0;  ///< of the means of all pairs, each number with itself included (Hodges-Lehmann)
  double low = 0;     ///< the interval of Wilcoxon's signed ranks around it
  double high = 0;
  double confidence = 0;  ///< that the interval really has: small samples cannot reach any
};

/// One bad number in ten moves it little. The interval is the narrowest with at least that confidence, or,
/// where the sample is too small for it, the widest there is. Absent: the sample is empty. Source: Hollander,
/// Wolfe and Chicken, Nonparametric Statistical Methods, 3.2-3.3.
std::optional<Location> location(std::span<const double> sample, double confidence);

}  // namespace bitworth::stats
