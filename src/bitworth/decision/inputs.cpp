#include "bitworth/decision/inputs.hpp"

#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"

namespace bitworth::decision {
namespace {

/// The standard normal score of a named input in the present draw.
using Score = std::function<double(std::string_view input)>;

double hidden_dollars(const cases::HiddenCost& cost, const Score& score, double hourly, bool monthly) {
  const Estimate& hours = monthly ? cost.hours_per_month : cost.hours;
  const Estimate& dollars = monthly ? cost.dollars_per_month : cost.dollars;
  const double z = score("hidden cost " + cost.key);
  return at_normal_score(hours, z) * hourly + at_normal_score(dollars, z);
}

// How far the option's times may lie from the baseline's, given where those lie: standard deviation of the
// logarithm. Nothing where the same kernels run and divide experts alike.
double relative_sigma(const cases::Case& c, const cases::Option& option) {
  if (option.runs_as.id == c.baseline.runs_as.id && option.expert_parallel == c.baseline.expert_parallel)
    return 0;
  // By the bits, the most that a step can gain: the gain's own part of the spread is a small one.
  const double gain = c.baseline.runs_as.weight_bits / option.runs_as.weight_bits;
  return std::hypot(hardware::relative_sigma(option.kernels, gain), option.kernels.spread.serving);
}

std::vector<double> relative_sigmas(const cases::Case& c) {
  std::vector<double> result;
  for (const cases::Option& option : c.options) result.push_back(relative_sigma(c, option));
  return result;
}

// How near the device's kernels are to their medians is common to all schemes.
double level_sigma(const cases::Case& c) {
  const hardware::StepKernels& kernels = c.baseline.kernels;
  return kernels.spread.level[static_cast<int>(kernels.baseline_rung)];
}

void draw_prices(const cases::Case& c, const Score& score, Inputs& inputs) {
  const cases::Hardware& hardware = c.hardware;
  if (hardware.price_per_gpu_hour)
    inputs.price_per_gpu_hour = at_normal_score(*hardware.price_per_gpu_hour, score("price"));
  if (hardware.reserved_price_per_gpu_hour)
    inputs.reserved_price_per_gpu_hour =
        at_normal_score(*hardware.reserved_price_per_gpu_hour, score("price"));
  if (!hardware.owned) return;
  const cases::OwnedGpu& owned = *hardware.owned;
  inputs.owned = {.price = at_normal_score(owned.price, score("price")),
                  .residual_share = at_normal_score(owned.residual_share, score("residual value")),
                  .years = owned.years,
                  .kilowatts = owned.power.value() / 1000,
                  .pue = at_normal_score(owned.pue, score("PUE")),
                  .dollars_per_kwh = at_normal_score(owned.dollars_per_kwh, score("electricity"))};
}

Inputs inputs_at(const cases::Case& c, std::span<const double> relative, const Score& score) {
  Inputs inputs;
  inputs.requests_per_second = at_normal_score(c.workload.requests_per_second, score("load"));
  inputs.traffic_score = score("traffic sample");
  draw_prices(c, score, inputs);
  inputs.engineering_hours = at_normal_score(c.money.engineering_hours, score("engineering hours"));
  inputs.engineer_price_per_hour = at_normal_score(c.money.engineer_price_per_hour, score("engineer price"));
  for (const cases::HiddenCost& cost : c.money.hidden_costs) {
    inputs.hidden_once += hidden_dollars(cost, score, inputs.engineer_price_per_hour, false);
    inputs.hidden_per_month += hidden_dollars(cost, score, inputs.engineer_price_per_hour, true);
  }
  const double level = std::exp(score("kernels of the device") * level_sigma(c));
  inputs.baseline.time_factor = level;
  // How badly a quantized model fares is one unknown of the model and its users, not one of each option.
  const double loss = score("quality loss");
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    const cases::Option& option = c.options[i];
    // Kernels are the scheme's: options of one scheme share their draw.
    const double scheme = relative[i] > 0 ? score("kernels of " + option.runs_as.id) : 0;
    inputs.options.push_back(
        {.time_factor = level * std::exp(relative[i] * scheme),
         .capacity_score = score("capacity of " + option.name),
         .quality_loss = at_normal_score(option.quality_loss, loss),
         .quantization_hours = at_normal_score(option.quantization_hours, score("quantization hours"))});
  }
  return inputs;
}

}  // namespace

double time_factor_sigma(const cases::Case& c, std::size_t option) {
  return option == baseline_index ? level_sigma(c)
                                  : std::hypot(level_sigma(c), relative_sigma(c, c.options[option]));
}

Inputs median_inputs(const cases::Case& c) {
  return inputs_at(c, relative_sigmas(c), [](std::string_view) { return 0.0; });
}

std::vector<Inputs> draw_inputs(const cases::Case& c, int draws, std::uint64_t seed) {
  const std::vector<double> relative = relative_sigmas(c);
  std::vector<Inputs> result;
  result.reserve(static_cast<std::size_t>(draws));
  for (int i = 0; i < draws; ++i) {
    result.push_back(inputs_at(c, relative, [&](std::string_view input) {
      return Rng(seed + static_cast<std::uint64_t>(i) * 0x9E3779B97F4A7C15U, input).normal();
    }));
  }
  return result;
}

}  // namespace bitworth::decision
