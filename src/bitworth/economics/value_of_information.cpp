#include "bitworth/economics/value_of_information.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace bitworth::economics {
namespace {

double mean(std::span<const double> values) {
  return values.empty()
             ? 0
             : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// What every other draw of a group says.
struct Half {
  double worth = 0;
  double breaks = 0;
  double draws = 0;

  void add(const Prospect& prospect, std::size_t draw) {
    worth += prospect.worth[draw];
    breaks += prospect.breaks[draw];
    draws += 1;
  }
  double expected(Tolerance tolerance) const {
    return draws > 0 && breaks <= tolerance.chance * draws ? worth / draws : 0;
  }
};

// The signals as one: each weighted with its covariance to the worth. Signals are standardized and unrelated
// to each other, so these are the coefficients of the linear regression.
std::vector<double> index_of(const Prospect& prospect, std::span<const std::vector<double>> signals) {
  const double middle = mean(prospect.worth);
  std::vector<double> index(prospect.worth.size(), 0.0);
  for (const std::vector<double>& signal : signals) {
    double weight = 0;
    for (std::size_t i = 0; i < index.size(); ++i) weight += (prospect.worth[i] - middle) * signal[i];
    for (std::size_t i = 0; i < index.size(); ++i) index[i] += weight * signal[i];
  }
  return index;
}

// Draws by their index, and by number where these are equal.
std::vector<std::size_t> order_by(std::span<const double> index) {
  std::vector<std::pair<double, std::size_t>>
      sorted;  // beside each other, so that a comparison reads one place
  sorted.reserve(index.size());
  for (std::size_t i = 0; i < index.size(); ++i) sorted.emplace_back(index[i], i);
  std::ranges::sort(sorted);
  std::vector<std::size_t> order;
  order.reserve(index.size());
  for (const auto& [value, draw] : sorted) order.push_back(draw);
  return order;
}

// What a prospect is expected to be worth by someone who has seen the signals, draw by draw; 0 where it may
// not be chosen. A draw is judged by the other half of its group, so that noise is not taken for information.
std::vector<double> judged(const Prospect& prospect, Tolerance tolerance,
                           std::span<const std::size_t> order) {
  const std::size_t draws = prospect.worth.size();
  std::vector<double> result(draws, 0.0);
  // Few draws are told apart all the same, in eight groups at most.
  const std::size_t groups =
      std::max({std::size_t{1}, draws / draws_per_group, std::min<std::size_t>(8, draws / 12)});
  for (std::size_t group = 0; group < groups; ++group) {
    const std::size_t begin = draws * group / groups, end = draws * (group + 1) / groups;
    Half halves[2];
    for (std::size_t i = begin; i < end; ++i) halves[order[i] % 2].add(prospect, order[i]);
    for (std::size_t i = begin; i < end; ++i) result[order[i]] = halves[1 - order[i] % 2].expected(tolerance);
  }
  return result;
}

// `order_of`: in what order someone who has seen the signals puts the draws of a prospect.
template <class OrderOf>
double value_of(std::span<const Prospect> now, std::span<const Prospect> after, Tolerance tolerance,
                const OrderOf& order_of) {
  if (after.empty()) return 0;
  // By draw: what the choice is expected to be worth, and what it then is.
  std::vector<double> expected(after[0].worth.size(), 0.0), got = expected;
  for (const Prospect& prospect : after) {
    if (prospect.blocked) continue;
    const auto& order = order_of(prospect);
    const std::vector<double> judgement = judged(prospect, tolerance, order);
    for (std::size_t i = 0; i < got.size(); ++i) {
      if (judgement[i] <= expected[i]) continue;
      expected[i] = judgement[i];
      got[i] = prospect.worth[i];
    }
  }
  const double gained = mean(got) - worth_of_choosing_now(now, tolerance);
  return std::clamp(gained, 0.0, value_of_perfect_information(now, tolerance));
}

bool allowed(const Prospect& prospect, Tolerance tolerance) {
  return !prospect.blocked && mean(prospect.breaks) <= tolerance.chance;
}

}  // namespace

std::optional<std::size_t> best_now(std::span<const Prospect> prospects, Tolerance tolerance) {
  std::optional<std::size_t> best;
  double most = 0;
  for (std::size_t i = 0; i < prospects.size(); ++i) {
    const double worth = mean(prospects[i].worth);
    if (worth <= most || !allowed(prospects[i], tolerance)) continue;
    most = worth;
    best = i;
  }
  return best;
}

double worth_of_choosing_now(std::span<const Prospect> prospects, Tolerance tolerance) {
  const std::optional<std::size_t> best = best_now(prospects, tolerance);
  return best ? mean(prospects[*best].worth) : 0;
}

double value_of_perfect_information(std::span<const Prospect> prospects, Tolerance tolerance) {
  if (prospects.empty()) return 0;
  const std::size_t draws = prospects[0].worth.size();
  double sum = 0;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    double best = 0;
    for (const Prospect& prospect : prospects) {
      if (prospect.breaks[draw] == 0) best = std::max(best, prospect.worth[draw]);
    }
    sum += best;
  }
  const double known = draws > 0 ? sum / static_cast<double>(draws) : 0;
  return std::max(0.0, known - worth_of_choosing_now(prospects, tolerance));
}

double value_of_signals(std::span<const Prospect> now, std::span<const Prospect> after, Tolerance tolerance,
                        std::span<const std::vector<double>> signals) {
  if (signals.empty()) return 0;
  if (signals.size() == 1) return value_of_order(now, after, tolerance, order_by(signals[0]));
  return value_of(now, after, tolerance,
                  [&](const Prospect& prospect) { return order_by(index_of(prospect, signals)); });
}

double value_of_order(std::span<const Prospect> now, std::span<const Prospect> after, Tolerance tolerance,
                      std::span<const std::size_t> order) {
  return value_of(now, after, tolerance, [&](const Prospect&) { return order; });
}

}  // namespace bitworth::economics
