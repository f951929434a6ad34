#include "bitworth/decision/nearest_crossing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace bitworth::decision {
namespace {

using Status = Crossing::Status;
using Curve = std::function<std::optional<double>(double)>;

// The points to look at from `now` to the end, nearest first.
std::vector<double> stops(double now, double end, double stride, std::span<const double> edges) {
  constexpr double aside = 1 + 1e-6;
  const bool up = end > now;
  std::vector<double> result;
  for (double at = now; up ? at < end : at > end;) {
    at = up ? std::min(at * stride, end) : std::max(at / stride, end);
    result.push_back(at);
  }
  for (const double edge : edges) {
    for (const double at : {edge / aside, edge * aside}) {
      if (up ? at > now && at < end : at < now && at > end) result.push_back(at);
    }
  }
  std::ranges::sort(result);
  if (!up) std::ranges::reverse(result);
  return result;
}

/// One direction of the walk: from stop to stop, until the sign turns, the curve cannot be computed or the
/// end is reached.
class Walk {
 public:
  Walk(const Curve& curve, double now, double end, bool positive, double stride,
       std::span<const double> edges)
      : curve_(curve), now_(now), positive_(positive), inside_(now), stops_(stops(now, end, stride, edges)) {}

  // How many times `now` the next stop is, or the reverse; infinite: it has ended.
  double next() const {
    if (turns_ || blind_ || at_ == stops_.size()) return std::numeric_limits<double>::infinity();
    return std::max(stops_[at_] / now_, now_ / stops_[at_]);
  }

  void look_at_next() {
    const double stop = stops_[at_++];
    const std::optional<double> value = curve_(stop);
    blind_ = !value;
    turns_ = value && (*value > 0) != positive_;
    (turns_ ? outside_ : inside_) = stop;
  }

  bool turns() const { return turns_; }
  bool blind() const { return blind_; }

  // Where it turns, from the outside. Assumes: it does.
  double narrowed() const {
    constexpr double close = 1e-12;
    double inside = inside_, outside = outside_;
    while (std::abs(outside / inside - 1) > close) {
      const double middle = std::sqrt(inside * outside);
      const std::optional<double> there = curve_(middle);
      (there && (*there > 0) == positive_ ? inside : outside) = middle;
    }
    return outside;
  }

 private:
  const Curve& curve_;
  double now_;
  bool positive_;
  double inside_, outside_ = 0;
  std::vector<double> stops_;
  std::size_t at_ = 0;
  bool turns_ = false, blind_ = false;
};

}  // namespace

Crossing nearest_crossing(const Curve& curve, double now, double low, double high,
                          std::span<const double> edges, double stride) {
  const std::optional<double> here = curve(now);
  if (!here) return {Status::unverified, std::nullopt};
  const bool positive = *here > 0;
  Walk down(curve, now, low, positive, stride, edges), up(curve, now, high, positive, stride, edges);
  const auto nearer = [&]() -> Walk& { return down.next() <= up.next() ? down : up; };
  while (!down.turns() && !up.turns() && std::isfinite(nearer().next())) nearer().look_at_next();
  if (!down.turns() && !up.turns())
    return {down.blind() || up.blind() ? Status::unverified : Status::not_reached, std::nullopt};
  // The other way it may turn before its next stop, and nearer than this.
  Walk& other = down.turns() ? up : down;
  if (std::isfinite(other.next())) other.look_at_next();
  std::optional<double> below, above;
  if (down.turns()) below = down.narrowed();
  if (up.turns()) above = up.narrowed();
  const bool is_above = above && (!below || *above / now < now / *below);
  return {Status::found, is_above ? above : below};
}

}  // namespace bitworth::decision
