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
