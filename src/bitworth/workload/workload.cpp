#include "bitworth/workload/workload.hpp"

#include <cmath>

#include "bitworth/base/rng.hpp"

namespace bitworth::workload {
namespace {

constexpr double z95 = 1.6448536269514722;

double sigma(const LengthDistribution& lengths) {
  return std::log(lengths.p95 / lengths.p50) / z95;
}

}  // namespace

double LengthDistribution::mean() const {
  return p50 * std::exp(sigma(*this) * sigma(*this) / 2);
}

double LengthDistribution::mean_of_squares() const {
  return p50 * p50 * std::exp(2 * sigma(*this) * sigma(*this));
}

double LengthDistribution::quantile(double p) const {
  return p50 * std::exp(sigma(*this) * normal_quantile(p));
}

double mean_decode_context(const Workload& workload) {
  // Prompt and output lengths independent: each decode step is seen with weight proportional to the output.
  const LengthDistribution& output = workload.output_tokens;
  return workload.prompt_tokens.mean() + output.mean_of_squares() / (2 * output.mean());
}

double mean_prefill_context(const Workload& workload) {
  const LengthDistribution& prompt = workload.prompt_tokens;
  return prompt.mean_of_squares() / (2 * prompt.mean());
}

}  // namespace bitworth::workload
