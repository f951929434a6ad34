#pragma once

#include <functional>
#include <vector>

#include "bitworth/decision/draws.hpp"
#include "bitworth/decision/payoff.hpp"

namespace bitworth::decision {

/// So many tell an interval month by month; more would take memory.
inline constexpr std::size_t most_cash_draws = 8192;

/// What the draws gave for one option, draw by draw.
struct OptionSamples {
  std::vector<double> net_worth, speedup, gpus_saved, dollars_saved, once;
  /// What has come in by the end of each month, month by month; of the first most_cash_draws.
  std::vector<std::vector<double>> cash;
  std::vector<double> breaks;    ///< 1 where the loss of quality exceeds the margin
  std::vector<double> unserved;  ///< 1 where no fleet of it holds the SLO
};

/// Draws in which the baseline cannot serve are left out, of all columns alike.
struct Samples {
  std::vector<OptionSamples> options;
  std::vector<std::size_t> rows;  ///< of the draws, that were kept
  std::size_t draws = 0;          ///< all of them
  Scores scores;                  ///< of the unknowns in the rows
};
/// `keep_going`, which may be empty, is told the share that is done, now and then; where it says false, the
/// rest is left out.
Samples sample(Payoffs&, const Draws&, const std::function<bool(double done)>& keep_going = {});

/// One option by itself, where there is no baseline to compare with.
struct ServingSamples {
  std::vector<double> dollars;  ///< cost_of_serving(), of the draws in which it serves
  double unserved = 0;          ///< share of the draws in which it does not
  double breaks = 0;            ///< share of the draws in which the loss of quality exceeds the margin
};
std::vector<ServingSamples> sample_serving(Payoffs&, const Draws&);

}  // namespace bitworth::decision
