#include "bitworth/decision/tornado.hpp"

#include <algorithm>

#include "bitworth/stats/ranks.hpp"

namespace bitworth::decision {
namespace {

constexpr double z90 = 1.2815515655446004;

double net_worth(Payoffs& payoffs, const Inputs& in, std::size_t option, double otherwise) {
  const auto payoff = payoffs.one(in, option);
  return payoff ? payoff->net_worth : otherwise;
}

}  // namespace

std::vector<Swing> tornado(Payoffs& payoffs, const Uncertainty& uncertainty, const Draws& draws,
                           const Samples& samples, std::size_t option) {
  // Where an option cannot serve, its work is lost.
  const Inputs medians = uncertainty.medians();
  const double lost = -project_cost(medians, medians.options[option]);
  std::vector<Swing> swings;
  for (std::size_t i = 0; i < uncertainty.unknowns.size(); ++i) {
    const Uncertain& unknown = uncertainty.unknowns[i];
    const Estimate& moved = uncertainty.moved_first(i).estimate;
    Swing swing{i, unknown.name, unknown.unit, moved.p10, moved.p90, 0, 0, 0};
    swing.worth_at_low = net_worth(payoffs, uncertainty.with(i, -z90), option, lost);
    swing.worth_at_high = net_worth(payoffs, uncertainty.with(i, z90), option, lost);
    swing.rank_correlation =
        stats::rank_correlation(kept(draws.scores(i), samples.rows), samples.options[option].net_worth);
    swings.push_back(std::move(swing));
  }
  std::ranges::stable_sort(swings, std::greater(), &Swing::size);
  return swings;
}

}  // namespace bitworth::decision
