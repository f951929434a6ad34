#include "bitworth/economics/article.hpp"

#include <cmath>

#include "bitworth/base/text.hpp"

namespace bitworth::economics {
namespace {

// Far outside what anybody meets, and narrow enough that no result overflows.
constexpr double smallest = 1e-6;
constexpr double largest = 1e12;
constexpr double negligible = 1e-9;

void check_share(Problems& problems, std::string_view flag, double value) {
  check_range(problems, flag, value, 0, 1, "a share from 0 to 1");
  if (value > 1 && value <= 100) problems.back().hint = format("write \"{} %\" for a percentage", value);
}

void check_speedup(Problems& problems, double value) {
  check_range(problems, "--speedup", value, smallest, 1 / smallest, "a factor above 0, at most 1,000,000");
  if (value == 0) problems.back().hint = "1 means no change";
}

void check_dollars(Problems& problems, std::string_view flag, double value) {
  check_range(problems, flag, value, 0, largest, "dollars, from 0 to 1e12");
}

}  // namespace

std::string to_text(Phase phase) {
  switch (phase) {
    case Phase::prefill:
      return "prefill";
    case Phase::decode:
      return "decode";
    case Phase::other:
      break;
  }
  return "other";
}

std::string to_text(Bottleneck bottleneck) {
  switch (bottleneck) {
    case Bottleneck::compute_bound:
      return "compute_bound";
    case Bottleneck::memory_bound:
      return "memory_bound";
    case Bottleneck::mixed:
      break;
  }
  return "mixed";
}

std::optional<Phase> phase_named(std::string_view name) {
  for (const Phase phase : {Phase::prefill, Phase::decode, Phase::other}) {
    if (name == to_text(phase)) return phase;
  }
  return std::nullopt;
}

void check_range(Problems& problems, std::string_view flag, double value, double low, double high,
                 std::string_view allowed) {
  // So little is a slip of the exponent, and would show as a row of zeros.
  const bool too_little = value > 0 && value < negligible;
  if (value >= low && value <= high && !too_little) return;
  problems.push_back({ErrorKind::usage,
                      {},
                      format("{} {}: must be {}", flag, value, allowed),
                      too_little && low == 0 ? "write 0 for so little" : ""});
}

Problems check_batch_size(double batch_size) {
  Problems problems;
  check_range(problems, "--batch-size", batch_size, 1, 1e6, "a whole number from 1 to 1,000,000");
  if (problems.empty() && batch_size != std::floor(batch_size))
    problems.push_back(
        {ErrorKind::usage, {}, format("--batch-size {}: must be a whole number", batch_size), ""});
  return problems;
}

Bottleneck identify_bottleneck(Phase phase, double batch_size) {
  if (phase == Phase::prefill) return Bottleneck::compute_bound;
  if (phase == Phase::decode) return Bottleneck::memory_bound;
  if (batch_size > 16) return Bottleneck::compute_bound;
  if (batch_size == 1) return Bottleneck::memory_bound;
  return Bottleneck::mixed;
}

Problems check(const RoiInput& input) {
  Problems problems;
  check_range(problems, "--tps", input.current_tps, smallest, largest,
              "tokens per second above 0, at most 1e12");
  check_dollars(problems, "--cost-per-hour", input.current_cost_per_hour);
  check_share(problems, "--memory-bound-fraction", input.memory_bound_fraction);
  check_speedup(problems, input.quantization_speedup);
  check_share(problems, "--quality-degradation", input.quality_degradation);
  return problems;
}

std::string recommendation(double speedup, double quality_degradation) {
  return speedup > 1.1 && quality_degradation < 0.03 ? "worth_it" : "evaluate_carefully";
}

// Operations in the article's order, so that every bit agrees.
Roi quantization_roi(const RoiInput& input) {
  Roi roi;
  roi.speedup = 1 + (input.quantization_speedup - 1) * input.memory_bound_fraction;
  roi.tps_before = input.current_tps;
  roi.tps_after = input.current_tps * roi.speedup;
  const double per_token_before = input.current_cost_per_hour / (input.current_tps * 3600);
  const double per_token_after = input.current_cost_per_hour / (roi.tps_after * 3600);
  roi.cost_per_million_before = per_token_before * 1'000'000;
  roi.cost_per_million_after = per_token_after * 1'000'000;
  if (per_token_before > 0) roi.cost_reduction_percent = (1 - per_token_after / per_token_before) * 100;
  roi.quality_cost = format("{:.1f}% quality degradation", input.quality_degradation * 100);
  roi.recommendation = recommendation(roi.speedup, input.quality_degradation);
  return roi;
}

Problems check(const PaybackInput& input) {
  Problems problems;
  check_dollars(problems, "--monthly-compute-cost", input.monthly_compute_cost);
  check_range(problems, "--engineering-hours", input.engineering_hours, 0, largest, "hours, from 0 to 1e12");
  check_dollars(problems, "--engineer-price-per-hour", input.eng_hourly_cost);
  check_speedup(problems, input.speedup_factor);
  return problems;
}

Payback total_cost_analysis(const PaybackInput& input) {
  Payback payback;
  payback.monthly_savings = input.monthly_compute_cost * (1 - 1 / input.speedup_factor);
  payback.engineering_investment = input.engineering_hours * input.eng_hourly_cost;
  const double months = payback.engineering_investment / payback.monthly_savings;
  if (payback.monthly_savings > 0 && std::isfinite(months)) payback.payback_months = months;
  payback.year_1_net = payback.monthly_savings * 12 - payback.engineering_investment;
  return payback;
}

}  // namespace bitworth::economics
