#include "bitworth/economics/fleet.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::economics {

int replicas_needed(double peak_requests_per_second, double replica_requests_per_second, double headroom,
                    int min_replicas) {
  // Far beyond any fleet, and its GPUs are still an int.
  constexpr double most = 1e7;
  const double needed = std::ceil(peak_requests_per_second / (replica_requests_per_second * headroom));
  return std::max(min_replicas, static_cast<int>(std::min(needed, most)));
}

std::optional<Fleet> rent(int replicas, int gpus_per_replica, std::span<const int> instance_sizes) {
  std::optional<Fleet> best;
  for (const int size : instance_sizes) {
    const int replicas_each = size / gpus_per_replica;
    if (replicas_each == 0) continue;
    const Fleet fleet{replicas, size, (replicas + replicas_each - 1) / replicas_each};
    if (!best || fleet.gpus() < best->gpus()) best = fleet;
  }
  return best;
}

std::optional<double> dollars_per_million(double dollars_per_hour, double units_per_hour) {
  if (units_per_hour <= 0) return std::nullopt;
  return dollars_per_hour / units_per_hour * 1e6;
}

}  // namespace bitworth::economics
