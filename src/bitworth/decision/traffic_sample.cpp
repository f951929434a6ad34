#include "bitworth/decision/traffic_sample.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "bitworth/workload/trace_of.hpp"

namespace bitworth::decision {
namespace {

workload::Trace cut(const workload::Trace& trace, std::size_t from, std::size_t count, std::int32_t most) {
  workload::Trace result;
  result.prefix_block_tokens = trace.prefix_block_tokens;
  result.reserve(count);
  for (std::size_t i = from; i < from + count; ++i) {
    workload::Request request = trace[i];
    auto prefix = trace.prefix(i);
    if (request.prompt_tokens > most) {
      request.prompt_tokens = most;
      const auto whole = static_cast<std::size_t>(most / trace.prefix_block_tokens);
      prefix = prefix.first(std::min(prefix.size(), whole));
    }
    request.output_tokens = std::min(request.output_tokens, most);
    result.add(request, prefix);
  }
  return result;
}

}  // namespace

// Room for both: a prompt may fill the context but for the shortest answer, and the other way round.
std::int32_t longest_request(const cases::Case& c) {
  // What no shipped model reads more of, where a case's own model does not say.
  constexpr int longest_known = 1 << 20;
  const double context = c.architecture.max_context > 0 ? c.architecture.max_context : longest_known;
  return static_cast<std::int32_t>(std::clamp(context - 1, 1.0, 1e9));
}

std::vector<workload::Trace> sample_traffic(const cases::Case& c, std::size_t requests, int samples,
                                            std::uint64_t seed) {
  std::vector<workload::Trace> result;
  const auto count = static_cast<std::size_t>(samples);
  workload::Workload asked = c.workload;
  asked.requests_per_second.value = 1;
  if (const auto& log = asked.log) {
    const workload::Trace whole = workload::trace_of(asked, log->size(), seed);
    const std::size_t each = std::min(requests, whole.size()), last = whole.size() - each;
    for (std::size_t i = 0; i < count; ++i)
      result.push_back(cut(whole, std::min(i * each, last), each, longest_request(c)));
    return result;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const workload::Trace drawn = workload::trace_of(asked, requests, seed + i);
    result.push_back(cut(drawn, 0, drawn.size(), longest_request(c)));
  }
  return result;
}

}  // namespace bitworth::decision
