#pragma once

#include <optional>
#include <span>

namespace bitworth::economics {

/// GPUs rented to carry a load, in whole replicas and whole instances.
struct Fleet {
  int replicas = 0;
  int instance_size = 0;  ///< GPUs of one instance
  int instances = 0;
  int gpus() const { return instances * instance_size; }
};

/// Replicas that carry the peak at the planned share of their capacity.
int replicas_needed(double peak_requests_per_second, double replica_requests_per_second, double headroom,
                    int min_replicas);

/// The instances with the fewest GPUs that hold so many replicas, each replica within one instance.
/// Empty where no instance holds a replica.
std::optional<Fleet> rent(int replicas, int gpus_per_replica, std::span<const int> instance_sizes);

/// Dollars for a million units, given the dollars and units of the same hour; empty where no unit is served.
std::optional<double> dollars_per_million(double dollars_per_hour, double units_per_hour);

}  // namespace bitworth::economics
