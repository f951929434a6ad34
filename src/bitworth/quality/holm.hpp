#pragma once

#include <span>
#include <vector>

namespace bitworth::quality {

/// The p-values adjusted for being several, in the same order: whatever lies at or below alpha may be claimed
/// together, and a false claim among them has at most that probability.
/// Source: Holm 1979, Scandinavian Journal of Statistics 6:65.
std::vector<double> holm_adjusted(std::span<const double> p_values);

}  // namespace bitworth::quality
