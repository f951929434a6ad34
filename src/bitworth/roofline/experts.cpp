#include "bitworth/roofline/experts.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::roofline {

ExpertSplit expert_split(const cases::Option& option) {
  return option.expert_parallel ? ExpertSplit::by_expert : ExpertSplit::by_width;
}

ExpertRouting::ExpertRouting(const llm::MixtureOfExperts& moe, int groups) {
  const double experts = moe.experts, per_token = moe.experts_per_token;
  held_ = std::ceil(experts / groups);
  const double share = held_ / experts;
  untouched_log_ = std::log1p(-per_token / experts);
  visits_per_row_ = per_token * share;
  most_visits_per_row_ = std::min(per_token, held_);
  visit_variance_per_row_ =
      visits_per_row_ * (1 - share) * (experts - per_token) / std::max(1.0, experts - 1);
  deviations_ = std::sqrt(2 * std::log(static_cast<double>(groups)));
}

ExpertLoad ExpertRouting::fullest(double rows) const {
  // llm::expected_experts: those that no row visits are not read.
  const double touched_share = -std::expm1(rows * untouched_log_);
  const double touched = held_ * touched_share, visits = rows * visits_per_row_;
  if (deviations_ <= 0) return {.touched = touched, .visits = visits};
  const double most_visits =
      std::min(rows * most_visits_per_row_, visits + deviations_ * std::sqrt(rows * visit_variance_per_row_));
  const double most_touched = touched + deviations_ * std::sqrt(touched * (1 - touched_share));
  return {.touched = std::min({most_touched, held_, most_visits}), .visits = most_visits};
}

}  // namespace bitworth::roofline
