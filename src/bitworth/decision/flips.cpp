#include "bitworth/decision/flips.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/quality_bar.hpp"
#include "bitworth/decision/staircase.hpp"
#include "bitworth/decision/worth.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

double net_worth_at_load(const cases::Case& c, const Basis& basis, Inputs inputs, std::size_t option,
                         double load) {
  inputs.requests_per_second = load;
  const std::optional<Worth> result = worth(c, basis, inputs, option);
  return result ? result->net_worth : 0;
}

// Fleets come in whole instances, so worth is a staircase in the load, straight between its steps: look at
// both sides of each step, outwards from now, then narrow the stretch found.
std::optional<double> load_flip(const cases::Case& c, const Basis& basis, const Inputs& medians,
                                std::size_t option, bool pays, std::span<const double> outwards) {
  constexpr double aside = 1 + 1e-6;
  double inside = medians.requests_per_second;
  for (const double edge : outwards) {
    const bool down = edge < medians.requests_per_second;
    for (const double load : {down ? edge * aside : edge / aside, down ? edge / aside : edge * aside}) {
      if ((net_worth_at_load(c, basis, medians, option, load) > 0) == pays) {
        inside = load;
        continue;
      }
      double outside = load;
      for (int i = 0; i < 40; ++i) {
        const double middle = std::sqrt(inside * outside);
        ((net_worth_at_load(c, basis, medians, option, middle) > 0) == pays ? inside : outside) = middle;
      }
      return outside;
    }
  }
  return std::nullopt;
}

Flip load_flip_in_words(const cases::Case& c, const Basis& basis, const Inputs& medians, std::size_t option,
                        bool pays) {
  Flip flip{"load", medians.requests_per_second, std::nullopt, ""};
  const std::vector<SavingChange> changes = saving_staircase(
      fleet_staircase(c, basis, medians, baseline_index), fleet_staircase(c, basis, medians, option));
  std::vector<double> below, above;
  for (const SavingChange& change : changes)
    (change.requests_per_second < flip.now ? below : above).push_back(change.requests_per_second);
  std::ranges::reverse(below);
  const auto lower = load_flip(c, basis, medians, option, pays, below);
  const auto higher = load_flip(c, basis, medians, option, pays, above);
  const auto distance = [&](double at) { return std::abs(std::log(at / flip.now)); };
  if (lower && higher) {
    flip.at = distance(*lower) < distance(*higher) ? lower : higher;
  } else {
    flip.at = lower ? lower : higher;
  }
  const std::string now = significant(flip.now) + " requests/s";
  if (!flip.at) {
    flip.text = format("load: {} from 1/20 to 20 times {}", pays ? "it pays" : "it does not pay", now);
  } else {
    flip.text = format("load: {} {} {} requests/s (now {})", pays ? "stops paying" : "begins to pay",
                       *flip.at < flip.now ? "below" : "above", significant(*flip.at), significant(flip.now));
  }
  return flip;
}

// Net worth is a straight line in a price and in hours, so two points give the root.
Flip straight_line_flip(const cases::Case& c, const Basis& basis, const Inputs& medians, std::size_t option,
                        std::string name, double Inputs::*member,
                        const std::function<std::string(double)>& show) {
  Flip flip{std::move(name), medians.*member, std::nullopt, ""};
  Inputs moved = medians;
  moved.*member = flip.now > 0 ? flip.now * 2 : 1;
  const double here = worth(c, basis, medians, option)->net_worth,
               there = worth(c, basis, moved, option)->net_worth;
  const double slope = (there - here) / (moved.*member - flip.now);
  const double root = slope == 0 ? -1 : flip.now - here / slope;
  const bool pays = here > 0;
  // A root at nothing at all is no lever.
  if (root > 1e-6 * flip.now && std::isfinite(root) && root < 1e6 * (flip.now + 1)) {
    flip.at = root;
    flip.text = format("{}: {} {} {} (now {})", flip.input, pays ? "stops paying" : "begins to pay",
                       root < flip.now ? "below" : "above", show(root), show(flip.now));
  } else {
    flip.text = format("{}: no value changes the answer", flip.input);
  }
  return flip;
}

Flip margin_flip(const cases::Case& c, const cases::Option& option) {
  const double loss = least_margin_met(c, option);
  const bool met = loss <= c.quality.margin;
  const std::string text = loss <= 0
                               ? std::string("quality margin: met at any margin")
                               : format("quality margin: {} {} pp (now {} pp)",
                                        met ? "missed or unclear below" : "surely met from",
                                        significant(loss * 100, 2), significant(c.quality.margin * 100, 2));
  return {"quality margin", c.quality.margin, loss <= 0 ? std::nullopt : std::optional(loss), text};
}

}  // namespace

std::vector<Flip> find_flips(const cases::Case& c, const Basis& basis, const Inputs& medians,
                             std::size_t option) {
  const std::optional<Worth> now = worth(c, basis, medians, option);
  if (!now || !c.hardware.priced()) return {margin_flip(c, c.options[option])};
  std::vector<Flip> flips = {load_flip_in_words(c, basis, medians, option, now->net_worth > 0)};
  // Of reserved and owned GPUs the price is settled.
  if (c.hardware.tenure == cases::Tenure::on_demand)
    flips.push_back(straight_line_flip(c, basis, medians, option, "GPU price", &Inputs::price_per_gpu_hour,
                                       [](double value) { return to_text(Dollars(value)) + "/h"; }));
  flips.push_back(straight_line_flip(c, basis, medians, option, "engineering", &Inputs::engineering_hours,
                                     [](double value) { return significant(value) + " hours"; }));
  flips.push_back(margin_flip(c, c.options[option]));
  return flips;
}

}  // namespace bitworth::decision
