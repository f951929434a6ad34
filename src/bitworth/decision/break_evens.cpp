#include "bitworth/decision/break_evens.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/facts.hpp"
#include "bitworth/decision/quality_bar.hpp"
#include "bitworth/decision/replica_shape.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

using Status = BreakEven::Status;
using About = BreakEven::About;
using Curve = std::function<std::optional<double>(double)>;

// Of inputs that the worth is linear in.
constexpr double straight = std::numeric_limits<double>::infinity();

/// How a break-even is told.
struct Words {
  std::string input;
  std::function<std::string(double)> show;
  std::string cannot = "cannot be served";  ///< why the answer cannot be computed further out
};

std::string side(double at, double now) {
  return at < now ? "below" : "above";
}

BreakEven told(const Words& words, double now, bool pays, const Crossing& crossing) {
  BreakEven result{words.input, BreakEven::About::money, now, crossing.status, crossing.at, ""};
  const std::string stays = pays ? "it pays" : "it does not pay";
  switch (crossing.status) {
    case Status::found:
      result.text = format("{}: {} {} {} (now {})", words.input, pays ? "stops paying" : "begins to pay",
                           side(*crossing.at, now), words.show(*crossing.at), words.show(now));
      break;
    case Status::not_reached:
      result.text =
          format("{}: not reached, {} at any value searched (now {})", words.input, stays, words.show(now));
      break;
    case Status::unverified:
      result.text =
          format("{}: could not be verified; {} as far as it can be computed, beyond it {} (now {})",
                 words.input, stays, words.cannot, words.show(now));
      break;
  }
  return result;
}

class Finder {
 public:
  Finder(Payoffs& payoffs, const Inputs& medians, std::size_t option)
      : payoffs_(payoffs),
        medians_(medians),
        option_(option),
        pays_(payoffs.one(medians, option).value_or(Payoff()).net_worth > 0) {}

  // With one of the inputs moved.
  BreakEven input(const Words& words, double now, double low, double high,
                  const std::function<void(Inputs&, double)>& move, std::span<const double> edges = {},
                  double stride = usual_stride) {
    const Curve curve = [&](double value) {
      moved_ = medians_;
      move(moved_, value);
      complete(moved_);
      return worth(payoffs_.one(moved_, option_));
    };
    return told(words, now, pays_, nearest_crossing(curve, now, low, high, edges, stride));
  }

  // With one of the terms moved.
  BreakEven term(const Words& words, double now, double low, double high, double economics::Terms::*place) {
    const Curve curve = [&](double value) {
      economics::Terms terms = payoffs_.terms(medians_);
      terms.*place = value;
      return worth(payoffs_.one(medians_, option_, terms));
    };
    return told(words, now, pays_, nearest_crossing(curve, now, low, high));
  }

  // The kernels are moved, the speed-up per GPU that this gives is told.
  BreakEven speedup() {
    const double now = payoffs_.one(medians_, option_)->speedup;
    double seen = now;
    const auto move = [&](double kernels) {
      moved_ = medians_;
      moved_.options[option_].kernels = kernels;
      complete(moved_);
      const auto payoff = payoffs_.one(moved_, option_);
      if (payoff) seen = payoff->speedup;
      return worth(payoff);
    };
    const double start = medians_.options[option_].kernels;
    Crossing crossing = nearest_crossing(move, start, start / 4, start * 4);
    if (crossing.at) {
      move(*crossing.at);
      crossing.at = seen;
    }
    return told({"speed-up per GPU", [](double value) { return significant(value) + "x"; },
                 "the SLO is missed at any load"},
                now, pays_, crossing);
  }

  bool pays() const { return pays_; }

 private:
  static std::optional<double> worth(const std::optional<Payoff>& payoff) {
    return payoff ? std::optional(payoff->kept) : std::nullopt;
  }

  Payoffs& payoffs_;
  const Inputs& medians_;
  Inputs moved_;
  std::size_t option_;
  bool pays_;
};

// Where the step of the option stops being the faster one; more sequences than fit cannot be looked at.
BreakEven batch(const cases::Case& seen, const cases::Option& option, const Operation& own) {
  const double now = std::max(1.0, own.batch_at_mean_load()), fits = own.sequences_that_fit;
  const std::optional<double> at = crossover_batch(seen, option, own.shape.gpus);
  const std::string shown_now = significant(now);
  if (at && *at <= fits)
    return {
        "batch",
        About::step_time,
        now,
        Status::found,
        at,
        format(
            "batch (time of a decode step, not money): a step is {} than the baseline's from {} sequences on "
            "(now {})",
            *at <= 1 ? "no faster" : "slower", significant(*at), shown_now)};
  if (at)
    return {
        "batch",
        About::step_time,
        now,
        Status::unverified,
        std::nullopt,
        format("batch (time of a decode step, not money): could not be verified; a step would be slower than "
               "the baseline's from {} sequences on, but only {} fit (now {})",
               significant(*at), significant(fits), shown_now)};
  return {
      "batch",
      About::step_time,
      now,
      Status::not_reached,
      std::nullopt,
      format("batch (time of a decode step, not money): not reached, a step is faster than the baseline's at "
             "any batch (now {})",
             shown_now)};
}

BreakEven context(const cases::Case& seen, const cases::Option& option, const Operation& own) {
  const double now = workload::mean_decode_context(seen.workload);
  const int gpus = own.shape.gpus;
  const double sequences = std::max(1.0, own.batch_at_mean_load());
  const double most = seen.architecture.max_context > 0 ? seen.architecture.max_context : 131072;
  const roofline::StepModel baselines = step_model(seen, seen.baseline, 1, gpus),
                            own_steps = step_model(seen, option, 1, gpus);
  // Longer contexts change nothing about them.
  const auto baselines_matrices = baselines.matrices(sequences, sequences),
             own_matrices = own_steps.matrices(sequences, sequences);
  const Curve curve = [&](double tokens) -> std::optional<double> {
    const roofline::StepShape step{
        .decode_sequences = sequences, .decode_context = tokens, .sampled_rows = sequences};
    return baselines(step, baselines_matrices).total() / own_steps(step, own_matrices).total() - 1;
  };
  const Crossing crossing = nearest_crossing(curve, now, 128, std::max(most, now));
  const auto tokens = [](double value) { return significant(value) + " tokens"; };
  BreakEven result{"context", About::step_time, now, crossing.status, crossing.at, ""};
  const bool faster = *curve(now) > 0;
  result.text =
      crossing.at
          ? format("context (time of a decode step, not money): a step {} than the baseline's {} {} (now {})",
                   faster ? "is no longer faster" : "becomes faster", side(*crossing.at, now),
                   tokens(*crossing.at), tokens(now))
          : format(
                "context (time of a decode step, not money): not reached, a step is {} than the "
                "baseline's at any context (now {})",
                faster ? "faster" : "slower", tokens(now));
  return result;
}

BreakEven margin(const cases::Case& c, const cases::Option& option) {
  const double loss = least_margin_met(c, option);
  const bool met = loss <= c.quality.margin;
  BreakEven result{"quality margin", About::quality_bar, c.quality.margin, Status::found, loss, ""};
  if (loss <= 0) {
    result.status = Status::not_reached;
    result.at.reset();
    result.text = "quality margin: met at any margin";
    return result;
  }
  result.text =
      format("quality margin: {} {} pp (now {} pp)", met ? "missed or unclear below" : "likely met from",
             significant(loss * 100, 2), significant(c.quality.margin * 100, 2));
  return result;
}

// Prompts of both become longer or shorter alike, told by their median; capacities follow in closed form.
BreakEven prompt_length(Finder& find, const Payoffs& payoffs, std::size_t option) {
  const double now = payoffs.asked().workload.prompt_tokens.p50;
  const LengthScale& baseline = payoffs.basis().table(baseline_index).longer_prompts;
  const LengthScale& own = payoffs.basis().table(option).longer_prompts;
  return find.input({"prompt length", [](double v) { return significant(v) + " tokens at the median"; }}, now,
                    now * LengthScale::least, now * LengthScale::most, [&](Inputs& in, double v) {
                      in.baseline.capacity *= baseline(v / now);
                      in.options[option].capacity *= own(v / now);
                    });
}

// Both ends of the stretches of load in which the saving turns against today's answer more than anywhere
// nearer: others do not turn the answer around, but for what grows with the load steadily, which strides
// find.
std::vector<double> telling_edges(std::span<const SavingChange> saving, double load, bool pays) {
  std::vector<double> result;
  const auto above = std::ranges::lower_bound(saving, load, {}, &SavingChange::requests_per_second);
  if (above == saving.begin()) return result;
  const auto here = std::prev(above);
  double worst = here->dollars_saved_per_month;
  const auto look_at = [&](const auto& change) {
    if (pays ? change->dollars_saved_per_month >= worst : change->dollars_saved_per_month <= worst) return;
    worst = change->dollars_saved_per_month;
    result.push_back(change->requests_per_second);
    if (const auto end = std::next(change); end != saving.end()) result.push_back(end->requests_per_second);
  };
  for (auto change = above; change != saving.end(); ++change) look_at(change);
  worst = here->dollars_saved_per_month;
  for (auto change = here; change != saving.begin();) look_at(--change);
  return result;
}

std::string months(double value) {
  return significant(value) + " months";
}

}  // namespace

std::string to_text(BreakEven::Status status) {
  switch (status) {
    case Status::found:
      return "found";
    case Status::not_reached:
      return "not reached";
    case Status::unverified:
      return "could not be verified";
  }
  return "";
}

std::string to_text(BreakEven::About about) {
  switch (about) {
    case About::money:
      return "money";
    case About::step_time:
      return "step time";
    case About::quality_bar:
      return "quality bar";
  }
  return "";
}

std::vector<BreakEven> find_break_evens(Payoffs& payoffs, const Inputs& medians, std::size_t option,
                                        const Operation& own, std::span<const SavingChange> saving) {
  const cases::Case& c = payoffs.asked();
  const cases::Option& asked = c.options[option];
  Finder find(payoffs, medians, option);
  std::vector<BreakEven> result;
  const double load = medians.requests_per_second;
  result.push_back(find.input(
      {"load", [](double v) { return significant(v) + " requests/s"; }}, load, load / 50, load * 50,
      [](Inputs& in, double v) { in.requests_per_second = v; }, telling_edges(saving, load, find.pays())));
  if (!asked.api) result.push_back(find.speedup());
  // Of reserved and owned GPUs the price is settled.
  if (const double price = medians.price_per_gpu_hour;
      price > 0 && c.hardware.tenure == cases::Tenure::on_demand) {
    result.push_back(find.input(
        {"GPU price", [](double v) { return to_text(Dollars(v)) + "/h"; }}, price, price / 100, price * 100,
        [&](Inputs& in, double v) {
          for (std::size_t i = 0; i < in.options.size(); ++i) {
            if (!c.options[i].hardware) in.options[i].price_per_gpu_hour = v;
          }
          in.price_per_gpu_hour = v;
        },
        {}, straight));
  }
  if (const double hours = medians.engineering_hours; hours > 0)
    result.push_back(find.input(
        {"engineering", [](double v) { return significant(v) + " hours"; }}, hours, hours / 1000, hours * 1e5,
        [](Inputs& in, double v) { in.engineering_hours = v; }, {}, straight));
  if (const double loss = medians.options[option].quality_loss; c.quality.dollars_per_error && loss > 0)
    result.push_back(find.input(
        {"quality loss", [](double v) { return significant(v * 100, 2) + " pp"; }}, loss, loss / 1000, 1,
        [&](Inputs& in, double v) { in.options[option].quality_loss = v; }, {}, straight));
  result.push_back(margin(c, asked));
  const economics::Terms terms = payoffs.terms(medians);
  result.push_back(find.term({"horizon", months}, terms.horizon_months, 0.25, economics::longest_horizon,
                             &economics::Terms::horizon_months));
  if (terms.refresh_every_months > 0)
    result.push_back(find.term({"re-quantization interval", months}, terms.refresh_every_months, 0.02,
                               economics::longest_horizon, &economics::Terms::refresh_every_months));
  if (!asked.api && own.feasible()) result.push_back(prompt_length(find, payoffs, option));
  if (!asked.api && !asked.hardware && own.feasible()) {
    result.push_back(batch(c, asked, own));
    result.push_back(context(c, asked, own));
  }
  return result;
}

}  // namespace bitworth::decision
