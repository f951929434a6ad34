#include "bitworth/workload/trace_of.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::workload {
namespace {

Trace drawn(const Workload& workload, std::size_t requests, std::uint64_t seed) {
  return generate(
      {PerSecond(workload.requests_per_second.value), workload.gap_cv, std::nullopt, workload.prefix_sharing},
      {workload.prompt_tokens.quantiles(), workload.output_tokens.quantiles(), workload.rank_correlation},
      requests, seed);
}

// The log's requests at those times.
Trace timed(const Trace& log, const std::vector<Nanoseconds>& arrivals) {
  Trace result;
  result.prefix_block_tokens = log.prefix_block_tokens;
  result.reserve(arrivals.size());
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    Request request = log[i];
    request.arrival = arrivals[i];
    result.add(request, log.prefix(i));
  }
  return result;
}

}  // namespace

Trace with_lengths(const Trace& log, const std::optional<LengthDistribution>& prompt,
                   const std::optional<LengthDistribution>& output, double rank_correlation,
                   std::uint64_t seed) {
  const QuantileTable prompts = prompt ? prompt->quantiles() : quantiles_of(log.all_prompt_tokens());
  const QuantileTable outputs = output ? output->quantiles() : quantiles_of(log.all_output_tokens());
  const LengthSampler draw(prompts, outputs, prompt && output ? rank_correlation : 0);
  Rng rng(seed, "lengths");
  Trace result;
  result.prefix_block_tokens = log.prefix_block_tokens;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const LengthSampler::Lengths drawn = draw(rng);
    Request request = log[i];
    if (prompt) request.prompt_tokens = drawn.prompt_tokens;
    if (output) request.output_tokens = drawn.output_tokens;
    result.add(request, prompt ? std::span<const std::uint64_t>() : log.prefix(i));
  }
  return result;
}

Trace trace_of(const Workload& workload, std::size_t requests, std::uint64_t seed) {
  if (!workload.log) return drawn(workload, requests, seed);
  const Trace& log = *workload.log;
  const double own_rate = log.requests_per_second();
  std::vector<Nanoseconds> arrivals(std::min(requests, log.size()));
  if (own_rate <= 0) {
    const Trace times = drawn(workload, arrivals.size(), seed);
    for (std::size_t i = 0; i < arrivals.size(); ++i) arrivals[i] = times.arrival(i);
  } else {
    const double stretch = own_rate / workload.requests_per_second.value;
    for (std::size_t i = 0; i < arrivals.size(); ++i)
      arrivals[i] = std::llround(static_cast<double>(log.arrival(i) - log.arrival(0)) * stretch);
  }
  return timed(log, arrivals);
}

}  // namespace bitworth::workload
