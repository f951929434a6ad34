#include "bitworth/decision/traffic_sample.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "bitworth/workload/arrivals.hpp"

namespace bitworth::decision {
namespace {

// A lognormal as a table: straight between quantiles, as the sampler wants it.
workload::QuantileTable table_of(const workload::LengthDistribution& lengths, double longest) {
  // The ends stand for the shares outside them.
  static constexpr double shares[] = {0.001, 0.01, 0.05, 0.1, 0.2,  0.3,   0.4,  0.5,
                                      0.6,   0.7,  0.8,  0.9, 0.95, 0.975, 0.99, 0.999};
  std::vector<workload::QuantileTable::Point> points;
  for (const double share : shares)
    points.push_back({share, std::clamp(lengths.quantile(share), 1.0, longest)});
  points.front().share = 0;
  points.back().share = 1;
  return workload::QuantileTable(std::move(points));
}

}  // namespace

workload::Trace sample_traffic(const cases::Case& c, std::size_t requests, std::uint64_t seed) {
  // What no shipped model reads more of, where a case's own model does not say.
  constexpr double longest_known = 1 << 20;
  const double context = c.architecture.max_context > 0 ? c.architecture.max_context : longest_known;
  // Room for both: a prompt may fill the context but for the shortest answer, and the other way round.
  const double longest = std::max(1.0, context - 1);
  return workload::generate(
      {PerSecond(1), 1, std::nullopt, std::nullopt},
      {table_of(c.workload.prompt_tokens, longest), table_of(c.workload.output_tokens, longest)}, requests,
      seed);
}

}  // namespace bitworth::decision
