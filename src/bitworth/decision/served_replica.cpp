#include "bitworth/decision/served_replica.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

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

bool ServedReplica::takes(const ReplicaShape& shape) const {
  return shape.max_num_seqs <= replica_->most_sequences() && shape.token_budget <= replica_->most_tokens();
}

std::shared_ptr<const ServedReplica> ServedReplica::under(std::shared_ptr<const workload::Trace> sample,
                                                          const ReplicaShape& wanted) const {
  ReplicaShape shape = wanted;
  shape.token_budget = std::min(wanted.token_budget, replica_->most_tokens());
  shape.max_num_seqs = std::min({wanted.max_num_seqs, replica_->most_sequences(), shape.token_budget});
  return std::make_shared<const ServedReplica>(replica_, shape, std::move(sample));
}

CapacityPoints ServedReplica::points(const workload::Trace& trace, const cases::Case& c,
                                     const ReplicaShape& shape) const {
  return {c, *replica_, trace, shape};
}

ServedLoad ServedReplica::simulate(double requests_per_second) const {
  const serving::Simulation simulation =
      replica_->run(*sample_, shape_, requests_per_second, serving::Kept::operation);
  return {requests_per_second,     simulation.ttft,      simulation.tpot, simulation.memory_bound_fraction,
          simulation.mean_running, simulation.busy_share};
}

}  // namespace bitworth::decision
