#include "bitworth/economics/corrected.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/economics/cash_flow.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::economics {
namespace {

// A longer plan than this is no plan; it also bounds the work.
constexpr double longest_months = 600;

std::string bottleneck_reason(Phase phase, double batch, double ridge, double token_budget,
                              const std::string& device) {
  const std::string threshold = format("{} needs {} tokens per step to keep its 16-bit units busy", device,
                                       significant(std::ceil(ridge)));
  if (phase == Phase::prefill) {
    const std::string prompts = batch == 1 ? "a prompt" : format("{:.0f} prompts", batch);
    const double tokens = std::ceil(ridge / batch);
    return format(
        "{}: {} of {} {}. Engines fill a prefill step up to about {} tokens; a shorter one waits "
        "for the weights.",
        threshold, prompts, significant(tokens), tokens == 1 ? "token" : "tokens",
        significant(token_budget, 7));
  }
  if (batch < ridge) {
    return format("{}, and {}: the step waits for the weights.", threshold,
                  batch == 1 ? "a request brings one" : format("{:.0f} requests bring one each", batch));
  }
  return format(
      "{}, and {} requests bring that many. Long contexts stay bound by memory at any batch: each "
      "request reads its own KV cache.",
      threshold, significant(batch, 7));
}

std::string roi_reason(const RoiInput& input, const CorrectedRoi& roi) {
  const double f = input.memory_bound_fraction;
  if (input.quantization_speedup == 1)
    return "Both formulas agree here: the memory-bound part gets no faster.";
  if (f == 0) return "Both formulas agree here: nothing is memory-bound, so nothing gets faster.";
  if (f == 1)
    return "Both formulas agree here: all of the time is memory-bound, so nothing holds the rest back.";
  return format(
      "If {} is a share of today's time, the other {} stays as slow as it is, and the memory-bound part "
      "shrinks to {} of the new time. The article's formula is exact only for a share of the new time.",
      significant(f), significant(1 - f), significant(roi.memory_bound_fraction_after));
}

std::string payback_reason(const PaybackInput& input, const PaybackTiming& timing,
                           const CorrectedPayback& result) {
  if (input.speedup_factor < 1) return "Slower is dearer: nothing comes back.";
  if (input.speedup_factor == 1 || input.monthly_compute_cost == 0)
    return "Nothing is saved, so nothing comes back.";
  std::string reason = timing.delay_months == 0 ? "Savings begin at once"
                       : timing.delay_months == 1
                           ? "The first month saves nothing"
                           : format("The first {} months save nothing", significant(timing.delay_months));
  reason += format(", later money counts {} % a year less, and the model is replaced after {} months.",
                   significant(timing.discount_rate * 100), significant(timing.horizon_months));
  if (!result.discounted_payback_months) reason += " The interest on what was spent is more than the saving.";
  return reason +
         " GPUs are rented whole: a saving smaller than an instance saves nothing; \"bitworth decide\" "
         "counts them.";
}

}  // namespace

CorrectedBottleneck corrected_bottleneck(Phase phase, double batch_size, const hardware::Device& device,
                                         double token_budget) {
  // A weight of 2 bytes does 2 FLOPs per token: FLOPs per byte are tokens per step.
  const double ridge = ridge_point(device, llm::Compute::sixteen_bit).value();
  CorrectedBottleneck result;
  result.ridge_tokens_per_step = ridge;
  result.tokens_per_step = phase == Phase::prefill ? std::max(token_budget, batch_size) : batch_size;
  result.bottleneck = result.tokens_per_step < ridge ? Bottleneck::memory_bound : Bottleneck::compute_bound;
  result.reason = bottleneck_reason(phase, batch_size, ridge, token_budget, device.name);
  return result;
}

double amdahl_speedup(double fraction, double speedup) {
  return 1 / ((1 - fraction) + fraction / speedup);
}

std::optional<double> amdahl_cap(double fraction) {
  if (fraction >= 1) return std::nullopt;
  return 1 / (1 - fraction);
}

double fraction_after(double fraction, double speedup) {
  return (fraction / speedup) / ((1 - fraction) + fraction / speedup);
}

std::optional<double> fraction_for(double whole_speedup, double speedup) {
  if (speedup == 1) return std::nullopt;
  const double fraction = (1 - 1 / whole_speedup) / (1 - 1 / speedup);
  if (!(fraction >= 0 && fraction <= 1)) return std::nullopt;
  return fraction;
}

CorrectedRoi corrected_roi(const RoiInput& input) {
  CorrectedRoi roi;
  roi.speedup = amdahl_speedup(input.memory_bound_fraction, input.quantization_speedup);
  roi.speedup_cap = amdahl_cap(input.memory_bound_fraction);
  roi.memory_bound_fraction_after = fraction_after(input.memory_bound_fraction, input.quantization_speedup);
  roi.tps_after = input.current_tps * roi.speedup;
  roi.cost_per_million_after = input.current_cost_per_hour / (roi.tps_after * 3600) * 1e6;
  if (quantization_roi(input).cost_reduction_percent)
    roi.cost_reduction_percent = (1 - 1 / roi.speedup) * 100;
  roi.recommendation = recommendation(roi.speedup, input.quality_degradation);
  roi.reason = roi_reason(input, roi);
  return roi;
}

Problems check(const PaybackTiming& timing) {
  Problems problems;
  check_range(problems, "--delay-months", timing.delay_months, 0, longest_months, "months, from 0 to 600");
  check_range(problems, "--discount-rate", timing.discount_rate, 0, 1, "a share per year from 0 to 1");
  if (timing.discount_rate > 1 && timing.discount_rate <= 100)
    problems.back().hint = format("write \"{} %\" for a percentage", timing.discount_rate);
  check_range(problems, "--horizon-months", timing.horizon_months, 1, longest_months,
              "months, from 1 to 600");
  return problems;
}

CorrectedPayback corrected_payback(const PaybackInput& input, const PaybackTiming& timing) {
  const Payback article = total_cost_analysis(input);
  const CashFlow flow{.once = article.engineering_investment,
                      .per_month = article.monthly_savings,
                      .delay_months = timing.delay_months,
                      .horizon_months = timing.horizon_months,
                      .discount_rate = timing.discount_rate};
  CorrectedPayback result;
  if (article.payback_months) {
    result.payback_months = payback_months(flow);
    result.discounted_payback_months = discounted_payback_months(flow);
  }
  const double months_earning = std::max(0.0, 12 - timing.delay_months);
  result.year_1_net = article.monthly_savings * months_earning - article.engineering_investment;
  result.net_present_value = net_present_value(flow);
  result.reason = payback_reason(input, timing, result);
  return result;
}

}  // namespace bitworth::economics
