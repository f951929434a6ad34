#include "bitworth/decision/tornado.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bitworth/stats/ranks.hpp"

namespace bitworth::decision {
namespace {

constexpr double z90 = 1.2815515655446004;

/// Where an unknown's interval can be looked at: at its end, or as near to it as the baseline still serves.
struct Place {
  double score = 0;
  Inputs inputs;
};
Place farthest(Payoffs& payoffs, const Uncertainty& uncertainty, std::size_t unknown, double end) {
  constexpr int steps = 8;
  for (int left = steps; left > 0; --left) {
    const double score = end * left / steps;
    Inputs inputs = uncertainty.with(unknown, score);
    if (payoffs.baseline_serves(inputs)) return {score, std::move(inputs)};
  }
  return {0, uncertainty.medians()};
}

double net_worth(Payoffs& payoffs, const Inputs& in, std::size_t option, double otherwise) {
  const auto payoff = payoffs.one(in, option);
  return payoff ? payoff->net_worth : otherwise;
}

}  // namespace

std::vector<Swing> tornado(Payoffs& payoffs, const Uncertainty& uncertainty, const Samples& samples,
                           std::size_t option) {
  // Where an option cannot serve, its work is lost.
  const Inputs medians = uncertainty.medians();
  const double lost = -project_cost(medians, medians.options[option]);
  const std::vector<double> worth_ranks = stats::ranks(samples.options[option].net_worth);
  std::vector<Swing> swings;
  for (std::size_t i = 0; i < uncertainty.unknowns.size(); ++i) {
    const Uncertain& unknown = uncertainty.unknowns[i];
    const Estimate& moved = uncertainty.moved_first(i).estimate;
    const Place low = farthest(payoffs, uncertainty, i, -z90), high = farthest(payoffs, uncertainty, i, z90);
    const auto value = [&](const Place& place, double end, double otherwise) {
      return std::abs(place.score) == end ? otherwise : at_normal_score(moved, place.score);
    };
    Swing swing{i, unknown.name, unknown.unit, value(low, z90, moved.p10), value(high, z90, moved.p90), 0, 0,
                0};
    swing.worth_at_low = net_worth(payoffs, low.inputs, option, lost);
    swing.worth_at_high = net_worth(payoffs, high.inputs, option, lost);
    swing.rank_correlation = stats::correlation_of_ranks(samples.scores.ranks(i), worth_ranks);
    swings.push_back(std::move(swing));
  }
  std::ranges::stable_sort(swings, std::greater(), &Swing::size);
  return swings;
}

}  // namespace bitworth::decision
