#pragma once

#include <optional>
#include <span>
#include <vector>

namespace bitworth::economics {

/// Something that could be done instead of nothing, in every draw of what is uncertain.
struct Prospect {
  std::vector<double> worth;   ///< dollars if it is done; doing nothing is worth 0
  std::vector<double> breaks;  ///< 1 where it breaks the quality bar, else 0
  bool blocked = false;        ///< may not be chosen as things are known now
};

/// The most that a choice may be expected to break the bar with.
struct Tolerance {
  double chance = 0.1;
};

/// What the best choice brings on average as things are known now: the largest mean worth among prospects
/// that are neither blocked nor break the bar too often, or 0.
double worth_of_choosing_now(std::span<const Prospect>, Tolerance);

/// Which one that is; absent: nothing.
std::optional<std::size_t> best_now(std::span<const Prospect>, Tolerance);

/// What knowing everything before choosing would add: the mean of the best worth in each draw, less the worth
/// of choosing now. No measurement is worth more. Never negative.
/// Assumes: a draw in which a prospect breaks the bar is worth no more than 0 in it.
double value_of_perfect_information(std::span<const Prospect>, Tolerance);

/// What seeing the signals before choosing would add. For each prospect, the draws are sorted by the
/// combination of signals that predicts its worth best in a straight line, and its worth and chance to break
/// the bar are averaged in equal groups of neighbours: a regression by binning (Strong, Oakley, Brennan
/// 2014). Each draw is judged by the other half of its group and then gets what the choice is really worth in
/// it, so that noise adds nothing. `after` are the prospects as they stand once the signals are seen: what
/// blocked them before may be lifted. Never negative, and no more than perfect information.
double value_of_signals(std::span<const Prospect> now, std::span<const Prospect> after, Tolerance,
                        std::span<const std::vector<double>> signals);

/// The same of one signal, by the order in which it puts the draws.
double value_of_order(std::span<const Prospect> now, std::span<const Prospect> after, Tolerance,
                      std::span<const std::size_t> order);

/// Draws in one group of neighbours.
inline constexpr std::size_t draws_per_group = 256;

}  // namespace bitworth::economics
