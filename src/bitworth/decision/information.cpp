#include "bitworth/decision/information.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/decision/quality_bar.hpp"
#include "bitworth/stats/latin_hypercube.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

using economics::Prospect;

constexpr double interval_in_sigmas = 2 * 1.2815515655446004;
constexpr double days_a_month = one_month / one_day;

std::string filled(std::string text, std::string_view place, std::string_view with) {
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + with.size()))
    text.replace(at, place.size(), with);
  return text;
}

/// A measurement, for an option or for the case.
struct Step {
  const cases::Measurement* what = nullptr;
  std::optional<std::size_t> option;
};

// The questions that it asks: those of the test that settles the option's bar.
QualityTest questions(const cases::Case& c, const Step& step) {
  const auto test = step.option ? test_to_make(c, c.options[*step.option]) : std::nullopt;
  return test.value_or(QualityTest{static_cast<std::int64_t>(step.what->items), 0, false});
}

// How many times the questions that its costs and residuals are given for.
double size_of(const cases::Case& c, const Step& step) {
  return step.what->items > 0 ? static_cast<double>(questions(c, step).items) / step.what->items : 1;
}

std::string command_of(const cases::Case& c, const Step& step, const std::string& option) {
  const QualityTest test = questions(c, step);
  const std::string items = significant(static_cast<double>(test.items), 2) + (test.more ? " more" : "");
  return filled(filled(step.what->command, "{option}", option), "{items}", items);
}

/// Standard normal scores that nothing else hangs on: what a measurement gets wrong.
std::vector<double> noise(std::size_t rows, const std::string& stream) {
  Rng rng(rows, "noise of " + stream);
  std::vector<double> result(rows);
  for (double& value : result) value = rng.normal();
  return result;
}

class Scale {
 public:
  explicit Scale(const Weighing& w) : w_(w), tolerance_{w.asked.quality.tolerated_risk} {}

  Information operator()(const std::vector<std::size_t>& options) const {
    const std::vector<Prospect> now = prospects(options, {});
    Information result;
    if (const auto best = economics::best_now(now, tolerance_)) result.choice = options[*best];
    result.worth_now = economics::worth_of_choosing_now(now, tolerance_);
    result.perfect = economics::value_of_perfect_information(now, tolerance_);
    add_inputs(now, options, result);
    const double waiting =
        result.choice ? std::max(0.0, w_.dollars_a_month[*result.choice]) / days_a_month : 0;
    for (const std::vector<Step>& steps : candidates(options)) {
      if (auto measured = judge(now, options, steps, waiting))
        result.measurements.push_back(*std::move(measured));
    }
    std::ranges::stable_sort(result.measurements, std::greater(), &MeasurementWorth::net);
    return result;
  }

 private:
  // The options as they stand once these measurements are made.
  std::vector<Prospect> prospects(const std::vector<std::size_t>& options,
                                  const std::vector<Step>& measured) const {
    std::vector<Prospect> result;
    for (const std::size_t i : options) {
      const OptionSamples& sample = w_.samples.options[i];
      Prospect prospect{sample.net_worth, sample.breaks, is_blocked(i, measured)};
      // What a test has accepted holds the bar, whatever its interval says.
      if (w_.bars[i] == Bar::met) std::ranges::fill(prospect.breaks, 0.0);
      // An option that misses the bar is rolled back: its work is lost.
      for (std::size_t row = 0; row < prospect.worth.size(); ++row) {
        if (prospect.breaks[row] != 0) prospect.worth[row] = -sample.once[row];
      }
      result.push_back(std::move(prospect));
    }
    return result;
  }

  // A rule blocks it, or nobody can tell whether it holds the bar.
  bool is_blocked(std::size_t option, const std::vector<Step>& measured) const {
    const auto made = [&](std::string_view id) {
      return std::ranges::any_of(measured, [&](const Step& step) {
        return step.what->id == id && step.option.value_or(option) == option;
      });
    };
    if (w_.bars[option] == Bar::unclear && !made("quality")) return true;
    return std::ranges::any_of(w_.fired[option], [&](const FiredRule& fired) {
      return fired.rule->severity == cases::Severity::block && !made(fired.rule->lifted_by);
    });
  }

  const cases::Measurement* named(std::string_view id) const {
    const auto found = std::ranges::find(*w_.asked.measurements, id, &cases::Measurement::id);
    return found == w_.asked.measurements->end() ? nullptr : &*found;
  }

  // Every measurement by itself, and for each option those together without which it may not be chosen.
  std::vector<std::vector<Step>> candidates(const std::vector<std::size_t>& options) const {
    std::vector<std::vector<Step>> result;
    if (!w_.asked.measurements) return result;
    for (const cases::Measurement& what : *w_.asked.measurements) {
      if (!what.per_option) {
        result.push_back({{&what, std::nullopt}});
        continue;
      }
      for (const std::size_t i : options) result.push_back({{&what, i}});
    }
    for (const std::size_t i : options) {
      const std::vector<Step> needed = needed_for(i);
      if (needed.size() > 1) result.push_back(needed);
    }
    return result;
  }

  std::vector<Step> needed_for(std::size_t option) const {
    std::vector<std::string> ids;
    for (const FiredRule& fired : w_.fired[option]) {
      if (fired.rule->severity == cases::Severity::block) ids.push_back(fired.rule->lifted_by);
    }
    if (w_.bars[option] == Bar::unclear) ids.push_back("quality");
    std::ranges::sort(ids);
    const auto repeated = std::ranges::unique(ids);
    ids.erase(repeated.begin(), repeated.end());
    std::vector<Step> steps;
    for (const std::string& id : ids) {
      const cases::Measurement* what = named(id);
      if (what == nullptr) return {};  // nothing lifts it
      steps.push_back({what, what->per_option ? std::optional(option) : std::nullopt});
    }
    return steps;
  }

  // The unknown that a narrowing speaks of; absent: it is certain, or not the option's.
  std::optional<std::size_t> unknown_of(const cases::Narrowing& narrowing, const Step& step) const {
    std::string name = narrowing.input;
    if (step.option) {
      const cases::Option& option = w_.asked.options[*step.option];
      // Of what others serve only its answers can be looked at.
      if (option.api && !w_.uncertainty.moves(name, *step.option)) return std::nullopt;
      name = filled(name, "{kernels}", kernels_of(w_.asked, option));
      name = filled(name, "{device}", option.hardware ? option.hardware->device.name : "");
    }
    return w_.uncertainty.named(name);
  }

  // The spread of what the unknown moves, as the narrowing counts it.
  double prior_sigma(std::size_t unknown, const cases::Narrowing& narrowing, const Step& step) const {
    const Estimate& estimate = w_.uncertainty.moved_for(unknown, step.option).estimate;
    if (narrowing.kind == cases::ResidualKind::absolute || estimate.p10 <= 0)
      return (estimate.p90 - estimate.p10) / interval_in_sigmas;
    return std::log(estimate.p90 / estimate.p10) / interval_in_sigmas;
  }

  struct Signal {
    std::size_t unknown;
    std::vector<double> values;
  };
  std::vector<Signal> signals_of(const std::vector<Step>& steps) const {
    std::vector<Signal> result;
    for (const Step& step : steps) {
      for (const cases::Narrowing& narrowing : step.what->narrows) {
        const auto unknown = unknown_of(narrowing, step);
        if (!unknown) continue;
        const double sigma = prior_sigma(*unknown, narrowing, step);
        if (!(sigma > 0)) continue;
        std::vector<double> values = w_.samples.scores.of(*unknown);
        const std::vector<double> wrong =
            noise(values.size(), step.what->id + w_.uncertainty.unknowns[*unknown].name);
        const double residual = narrowing.residual / std::sqrt(size_of(w_.asked, step));
        const double ratio = residual / sigma, norm = std::hypot(1, ratio);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = (values[i] + ratio * wrong[i]) / norm;
        result.push_back({*unknown, std::move(values)});
      }
    }
    return result;
  }

  double cost_of(const std::vector<Step>& steps) const {
    double dollars = 0;
    for (const Step& step : steps) {
      const std::size_t option = step.option.value_or(0);
      dollars += step.what->hours * w_.medians.engineer_price_per_hour;
      if (step.option && w_.asked.options[option].api) {
        dollars += step.what->items * size_of(w_.asked, step) * dollars_per_question(option);
      } else {
        const double gpus = step.option ? w_.gpus_per_replica[option] : 1;
        dollars += step.what->gpu_hours * size_of(w_.asked, step) * gpus *
                   w_.medians.options[option].price_per_gpu_hour;
      }
    }
    return dollars;
  }

  // That a host charges for one prompt and its answer.
  double dollars_per_question(std::size_t option) const {
    const OptionInputs& own = w_.medians.options[option];
    return (w_.asked.workload.prompt_tokens.mean() * own.api_input +
            w_.asked.workload.output_tokens.mean() * own.token_inflation * own.api_output) /
           1e6;
  }

  std::optional<MeasurementWorth> judge(const std::vector<Prospect>& now,
                                        const std::vector<std::size_t>& options,
                                        const std::vector<Step>& steps, double dollars_a_day) const {
    const std::vector<Signal> signals = signals_of(steps);
    if (signals.empty()) return std::nullopt;
    MeasurementWorth result;
    std::vector<std::vector<double>> columns;
    for (const Signal& signal : signals) {
      result.inputs.push_back(w_.uncertainty.unknowns[signal.unknown].name);
      columns.push_back(signal.values);
    }
    std::vector<std::string> names;
    double days = 0;
    for (const Step& step : steps) {
      const std::string option = step.option ? w_.asked.options[*step.option].name : "";
      result.ids.push_back(step.what->id);
      names.push_back(filled(step.what->name, "{option}", option));
      result.commands.push_back(command_of(w_.asked, step, option));
      result.option = step.option ? step.option : result.option;
      days = std::max(days, step.what->days);
    }
    result.name = listed(names);
    result.gain = economics::value_of_signals(now, prospects(options, steps), tolerance_, columns);
    result.cost = cost_of(steps);
    result.delay = days * dollars_a_day;
    return result;
  }

  // The measurements that tell of an unknown: whoever knows it has made them.
  std::vector<Step> telling(std::size_t unknown) const {
    std::vector<Step> steps;
    if (!w_.asked.measurements) return steps;
    const std::string& name = w_.uncertainty.unknowns[unknown].name;
    for (const cases::Measurement& what : *w_.asked.measurements) {
      const bool tells = std::ranges::any_of(what.narrows, [&](const cases::Narrowing& narrowing) {
        const std::size_t place = narrowing.input.find('{');
        return place == std::string::npos ? name == narrowing.input
                                          : name.starts_with(narrowing.input.substr(0, place));
      });
      if (tells) steps.push_back({&what, std::nullopt});
    }
    return steps;
  }

  void add_inputs(const std::vector<Prospect>& now, const std::vector<std::size_t>& options,
                  Information& result) const {
    for (std::size_t i = 0; i < w_.uncertainty.unknowns.size(); ++i) {
      const double worth = economics::value_of_order(now, prospects(options, telling(i)), tolerance_,
                                                     w_.samples.scores.order(i));
      if (worth > 0) result.inputs.push_back({i, w_.uncertainty.unknowns[i].name, worth});
    }
    std::ranges::stable_sort(result.inputs, std::greater(), &InputWorth::worth);
  }

  const Weighing& w_;
  economics::Tolerance tolerance_;
};

}  // namespace

const MeasurementWorth* Information::best_measurement() const {
  return !measurements.empty() && measurements.front().net() > 0 ? &measurements.front() : nullptr;
}

Information weigh(const Weighing& weighing, const std::vector<std::size_t>& options) {
  return Scale(weighing)(options);
}

}  // namespace bitworth::decision
