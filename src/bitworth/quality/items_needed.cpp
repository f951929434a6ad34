#include "bitworth/quality/items_needed.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/rng.hpp"
#include "bitworth/quality/tango.hpp"

namespace bitworth::quality {

std::optional<std::int64_t> items_needed(const Plan& plan, double discordance, double true_loss) {
  if (true_loss >= plan.margin) return std::nullopt;
  const double psi = std::max(discordance, std::abs(true_loss));
  const PairedWeights expected{1, (psi + true_loss) / 2, (psi - true_loss) / 2};
  // Variances of the difference per item: at the margin, where the test is made, and at the true loss.
  const double share = restricted_share(expected, plan.margin);
  const double at_margin = std::max(0.0, 2 * share - plan.margin * (1 + plan.margin));
  const double at_truth = std::max(0.0, psi - true_loss * true_loss);
  const double root = normal_quantile(1 - plan.alpha) * std::sqrt(at_margin) +
                      normal_quantile(plan.power) * std::sqrt(at_truth);
  const double distance = plan.margin - true_loss;
  constexpr double most = 1e15;
  return static_cast<std::int64_t>(std::ceil(std::min(most, root * root / (distance * distance))));
}

}  // namespace bitworth::quality
