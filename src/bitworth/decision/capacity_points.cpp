#include "bitworth/decision/capacity_points.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bitworth::decision {
namespace {

// Away from the guess the steps grow, so that a wrong one costs little; at a load this small nobody waits
// for anybody.
constexpr double largest_step = 4, least_load = 1.0 / 256, most_load = 256;
// A guess is rarely further off; beyond, the least rate is looked at first, which may spare all others.
constexpr int likely_steps = 2;

// Neighbouring rates away from the median; a draw falls there rarely, and the curve is smooth.
constexpr double coarse = 1.12;
// Where slack hardly changes, a line between two rates is as good as a third one.
constexpr double flat = 1.005;
constexpr std::size_t most_points = 32;

}  // namespace

CapacityPoints::CapacityPoints(const cases::Case& c, const SimulatedReplica& replica,
                               const workload::Trace& trace, const ReplicaShape& shape)
    : replica_(replica), trace_(trace), shape_(shape), requirements_(requirements(c.workload.slo)) {}

Slack CapacityPoints::slack_at(double rate, double enough) {
  const auto known = slacks_.find(rate);
  if (known != slacks_.end() && (!known->second.at_most || known->second.factor <= enough))
    return known->second;
  return slacks_[rate] = replica_.slack_at(trace_, shape_, rate, requirements_, enough);
}

CapacityPoints::Bracket CapacityPoints::bracket(double guess, double slack, double step) {
  if (floor_ == 0) floor_ = guess * least_load;
  Bracket result;
  const bool up = carries(guess, slack);
  (up ? result.low : result.high) = guess;
  double rate = guess;
  for (int steps = 1; up ? rate < guess * most_load : rate > floor_; ++steps) {
    rate = std::clamp(up ? rate * step : rate / step, floor_, guess * most_load);
    const bool carried = carries(rate, slack);
    (carried ? result.low : result.high) = rate;
    if (carried != up) break;
    // What is missed at the least rate is missed at every rate between.
    if (!up && steps == likely_steps && !carries(floor_, slack)) {
      result.high = floor_;
      break;
    }
    step = std::min(step * step, largest_step);
  }
  return result;
}

double CapacityPoints::rate_at_median(double guess, double precision, double step) {
  Bracket rates = bracket(guess, 1, step);
  if (rates.low <= 0 || rates.high <= 0) return rates.low;
  while (rates.high > rates.low * (1 + precision)) {
    const double middle = std::sqrt(rates.low * rates.high);
    (carries(middle, 1) ? rates.low : rates.high) = middle;
  }
  const double above = std::log(slack_at(rates.low).factor);
  const double below = slack_at(rates.high).factor;
  if (below <= 0) return rates.low;
  const double along = above / (above - std::log(below));
  return rates.low * std::pow(rates.high / rates.low, along);
}

// (rate, slack) with the noise taken out: more load never leaves more slack.
std::vector<std::pair<double, double>> CapacityPoints::falling() const {
  std::vector<std::pair<double, double>> result;
  for (const auto& [rate, slack] : slacks_) {
    const double least = result.empty() ? slack.factor : std::min(slack.factor, result.back().second);
    result.emplace_back(rate, least);
  }
  return result;
}

CapacityCurve CapacityPoints::curve(double guess, double fast, double slow, double precision) {
  constexpr double step = 1.25;
  const Bracket fastest = bracket(guess, fast, step);
  if (fastest.low <= 0) return {};
  const Bracket slowest = bracket(guess, slow, step);
  const auto too_far = [&](const auto& left, const auto& right) {
    if (left.second < fast || right.second > slow || left.second < right.second * flat) return false;
    const bool at_median = left.second >= 1 && right.second < 1;
    return right.first > left.first * (at_median ? 1 + precision : coarse);
  };
  while (slacks_.size() < most_points) {
    const auto points = falling();
    const auto gap = std::ranges::adjacent_find(points, too_far);
    if (gap == points.end()) break;
    slack_at(std::sqrt(gap->first * std::next(gap)->first));
  }
  auto points = falling();
  std::ranges::reverse(points);
  std::vector<CapacityCurve::Point> result;
  for (const auto& [rate, slack] : points) {
    if (slack <= 0 || (!result.empty() && slack <= result.back().time_factor)) continue;
    result.push_back({slack, rate / slack});
  }
  return {std::move(result), slowest.low <= 0};
}

Miss CapacityPoints::miss() {
  const double load = least_rate();
  const Slack slack = slack_at(load);
  Miss result{slack.tightest, shape_.gpus, load, std::nullopt};
  if (slack.factor > 0) result.took = slack.tightest.limit / slack.factor;
  return result;
}

serving::Requirement CapacityPoints::gives_way() const {
  for (const auto& [rate, slack] : slacks_) {
    if (slack.factor < 1) return slack.tightest;
  }
  return slacks_.rbegin()->second.tightest;
}

}  // namespace bitworth::decision
