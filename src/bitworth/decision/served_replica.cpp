#include "bitworth/decision/served_replica.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bitworth/decision/capacity_points.hpp"

namespace bitworth::decision {
namespace {

constexpr std::size_t most_kept = 64;
constexpr double nearby = 1.04;  // over the load below

}  // namespace

ServedReplica::ServedReplica(std::shared_ptr<const SimulatedReplica> replica, const ReplicaShape& shape,
                             std::shared_ptr<const workload::Trace> sample)
    : replica_(std::move(replica)), shape_(shape), sample_(std::move(sample)) {}

ServedLoad ServedReplica::at(double requests_per_second) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(known_, requests_per_second, &ServedLoad::requests_per_second);
    if (found != known_.end()) return *found;
  }
  const ServedLoad served = simulate(requests_per_second);
  const std::lock_guard lock(mutex_);
  if (known_.size() == most_kept) known_.erase(known_.begin());
  known_.push_back(served);
  return served;
}

ServedLoad ServedReplica::near(double requests_per_second) const {
  return at(std::pow(nearby, std::round(std::log(requests_per_second) / std::log(nearby))));
}

std::shared_ptr<const ServedReplica> ServedReplica::under(std::shared_ptr<const workload::Trace> sample,
                                                          int max_num_seqs) const {
  ReplicaShape shape = shape_;
  shape.max_num_seqs = std::min({max_num_seqs, replica_->most_sequences(), shape.token_budget});
  return std::make_shared<const ServedReplica>(replica_, shape, std::move(sample));
}

std::expected<double, Miss> ServedReplica::capacity_under(const workload::Trace& trace, const cases::Case& c,
                                                          double guess, double precision) const {
  CapacityPoints points(c, *replica_, trace, shape_);
  const double rate = points.rate_at_median(guess, precision);
  if (rate <= 0) return std::unexpected(points.miss());
  return rate;
}

ServedLoad ServedReplica::simulate(double requests_per_second) const {
  const serving::Simulation simulation =
      replica_->run(*sample_, shape_, requests_per_second, serving::Kept::operation);
  return {requests_per_second,     simulation.ttft,      simulation.tpot, simulation.memory_bound_fraction,
          simulation.mean_running, simulation.busy_share};
}

}  // namespace bitworth::decision
