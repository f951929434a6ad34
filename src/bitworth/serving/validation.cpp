#include "bitworth/serving/validation.hpp"

#include <algorithm>

namespace bitworth::serving {

RunMeans means_of(const Simulation& simulation) {
  double ttft = 0, e2e = 0;
  for (const RequestRecord& r : simulation.requests) {
    ttft += static_cast<double>(r.first_token - r.queued);
    e2e += static_cast<double>(r.last_token - r.queued);
  }
  const double requests = static_cast<double>(std::max<std::size_t>(simulation.requests.size(), 1)) *
                          workload::nanoseconds_per_second;
  return {Seconds(ttft / requests), Seconds(simulation.tpot.mean.value), Seconds(e2e / requests)};
}

RunErrors compare(const RunMeans& predicted, const RunMeans& measured) {
  return {predicted.ttft / measured.ttft - 1, predicted.tpot / measured.tpot - 1,
          predicted.e2e / measured.e2e - 1};
}

}  // namespace bitworth::serving
