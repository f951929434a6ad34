#include "bitworth/workload/workload.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "bitworth/base/rng.hpp"

namespace bitworth::workload {
namespace {

constexpr double z95 = 1.6448536269514722;

/// Where a lognormal is looked up to draw from it; its ends stand for all that lies beyond.
constexpr std::array drawn_shares = {0.001, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999};

double sigma(const LengthDistribution& lengths) {
  return std::log(lengths.p95 / lengths.p50) / z95;
}

}  // namespace

double LengthDistribution::mean() const {
  if (table) return table->mean();
  return p50 * std::exp(sigma(*this) * sigma(*this) / 2);
}

double LengthDistribution::mean_of_squares() const {
  if (table) return table->mean_of_squares();
  return p50 * p50 * std::exp(2 * sigma(*this) * sigma(*this));
}

double LengthDistribution::quantile(double p) const {
  if (table) return table->quantile(p);
  return p50 * std::exp(sigma(*this) * normal_quantile(p));
}

QuantileTable LengthDistribution::quantiles() const {
  if (table) return *table;
  std::vector<QuantileTable::Point> points;
  for (const double share : drawn_shares) points.push_back({share, std::max(1.0, quantile(share))});
  points.front().share = 0;
  points.back().share = 1;
  return QuantileTable(std::move(points));
}

QuantileTable quantiles_of(std::span<const std::int32_t> tokens) {
  static constexpr std::array shares = {0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0};
  return QuantileTable::of_sample(tokens, shares);
}

LengthDistribution lengths_of(QuantileTable table) {
  const double p50 = table.quantile(0.5), p95 = table.quantile(0.95);
  return {p50, p95, std::move(table)};
}

LengthDistribution lengths_through(std::span<const QuantileTable::Point> stated, double most) {
  std::vector<double> shares(drawn_shares.begin(), drawn_shares.end());
  for (const QuantileTable::Point& point : stated) shares.push_back(point.share);
  std::ranges::sort(shares);
  const auto repeated = std::ranges::unique(shares);
  shares.erase(repeated.begin(), repeated.end());
  std::vector<QuantileTable::Point> points;
  std::size_t above = 1;
  for (const double share : shares) {
    while (above + 1 < stated.size() && stated[above].share < share) ++above;
    const QuantileTable::Point &low = stated[above - 1], &high = stated[above];
    const double z_low = normal_quantile(low.share), z_high = normal_quantile(high.share);
    const double along = (normal_quantile(share) - z_low) / (z_high - z_low);
    const double tokens = low.tokens * std::pow(high.tokens / low.tokens, along);
    points.push_back({share, std::clamp(tokens, 1.0, most)});
  }
  points.front().share = 0;
  points.back().share = 1;
  return lengths_of(QuantileTable(std::move(points)));
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
