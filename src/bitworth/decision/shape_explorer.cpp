#include "bitworth/decision/shape_explorer.hpp"

#include <utility>

namespace bitworth::decision {

ShapeExplorer::ShapeExplorer(const cases::Case& c, const cases::Option& option,
                             const ShapeCandidate& candidate, std::shared_ptr<const workload::Trace> sample,
                             double precision)
    : case_(c),
      sample_(std::move(sample)),
      precision_(precision),
      largest_(largest_to_try(c, candidate.shape)),
      replica_(std::make_shared<SimulatedReplica>(c, option, largest_)),
      shape_(candidate.shape),
      best_(points(shape_)) {
  if (!fits()) return;
  rate_ = best_->rate_at_median(candidate.rate(), precision_);
  if (c.engine.batching_is_fixed) return;
  // One setting at a time: sequences, then tokens. Small steps serve a tight TPOT, and a step half as large
  // may bring nothing where a quarter does.
  const ReplicaShape own = shape_;
  for (const int sequences : {own.max_num_seqs / 2, own.max_num_seqs * 2})
    try_instead({own.gpus, sequences, own.token_budget});
  for (const int tokens :
       {own.token_budget / 2, own.token_budget / 4, own.token_budget / 8, own.token_budget * 2})
    try_instead({own.gpus, shape_.max_num_seqs, tokens});
}

std::unique_ptr<CapacityPoints> ShapeExplorer::points(const ReplicaShape& shape) const {
  return std::make_unique<CapacityPoints>(case_, *replica_, *sample_, shape);
}

void ShapeExplorer::try_instead(const ReplicaShape& other) {
  if (rate_ <= 0 || other.max_num_seqs < 1 || other.max_num_seqs > other.token_budget ||
      other.max_num_seqs > largest_.max_num_seqs || other.token_budget > largest_.token_budget)
    return;
  auto candidate = points(other);
  const double more = rate_ * (1 + precision_);
  if (candidate->slack_at(more).factor >= 1) {
    rate_ = candidate->rate_at_median(more, precision_);
    shape_ = other;
    std::swap(best_, candidate);
  }
  simulations_ += candidate->simulations();
}

ShapeCapacity ShapeExplorer::capacity(double fast, double slow) {
  ShapeCapacity result;
  result.shape = shape_;
  result.replica = std::make_shared<ServedReplica>(replica_, shape_, sample_);
  result.curve = best_->curve(rate_ > 0 ? rate_ : best_->least_rate(), fast, slow, precision_);
  if (rate_ > 0) result.gives_way = best_->gives_way();
  return result;
}

double ShapeExplorer::rate_under(const workload::Trace& sample) {
  constexpr double samples_differ_by = 1.06;
  CapacityPoints other(case_, *replica_, sample, shape_);
  const double rate = other.rate_at_median(rate_, precision_, samples_differ_by);
  simulations_ += other.simulations();
  return rate;
}

}  // namespace bitworth::decision
