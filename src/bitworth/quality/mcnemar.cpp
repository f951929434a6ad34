#include "bitworth/quality/mcnemar.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::quality {

McNemar mcnemar(const cases::PairedCounts& counts) {
  const auto discordant = static_cast<double>(counts.baseline_only + counts.candidate_only);
  const auto smaller = static_cast<double>(std::min(counts.baseline_only, counts.candidate_only));
  if (discordant == 0) return {};
  // The binomial's mass at the smaller count, by logarithms: its powers of two leave the range of doubles.
  double log_mass = -discordant * std::log(2.0);
  for (double k = 1; k <= smaller; ++k) log_mass += std::log((discordant - k + 1) / k);
  const double mass = std::exp(log_mass);
  double tail = 0, term = mass;
  for (double k = smaller; k >= 0 && term > 0; --k) {
    tail += term;
    term *= k / (discordant - k + 1);
  }
  const bool even = counts.baseline_only == counts.candidate_only;
  return {std::min(1.0, 2 * tail), even ? 1 - mass / 2 : 2 * tail - mass};
}

}  // namespace bitworth::quality
