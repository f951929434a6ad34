#include "bitworth/quality/tango.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitworth::quality {
namespace {

// Where the rising score reaches the level, between two losses.
double loss_at_score(const PairedWeights& w, double level, double low, double high) {
  for (int i = 0; i < 100; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (tango_z(w, middle) < level ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

PairedWeights weights(const cases::PairedCounts& counts) {
  return {static_cast<double>(counts.items), static_cast<double>(counts.baseline_only),
          static_cast<double>(counts.candidate_only)};
}

double restricted_share(const PairedWeights& w, double loss) {
  const double n = w.items, b = w.baseline_only, c = w.candidate_only, difference = -loss;
  const double linear = b + c - difference * (2 * n + b - c);
  const double root = linear * linear + 8 * n * b * difference * (1 - difference);
  return std::max(0.0, (linear + std::sqrt(std::max(0.0, root))) / (4 * n));
}

double tango_z(const PairedWeights& w, double loss) {
  const double difference = -loss;
  const double distance = w.candidate_only - w.baseline_only - w.items * difference;
  const double variance = w.items * (2 * restricted_share(w, loss) + difference * (1 - difference));
  if (variance > 0) return distance / std::sqrt(variance);
  if (distance == 0) return 0;
  return std::copysign(std::numeric_limits<double>::infinity(), distance);
}

Interval tango_interval(const PairedWeights& w, double critical_z) {
  const double seen = (w.baseline_only - w.candidate_only) / w.items;
  return {loss_at_score(w, -critical_z, -1, seen), loss_at_score(w, critical_z, seen, 1)};
}

}  // namespace bitworth::quality
