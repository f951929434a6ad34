#include "bitworth/decision/shape_candidates.hpp"

#include <algorithm>

#include "bitworth/roofline/capacity.hpp"

namespace bitworth::decision {
namespace {

std::vector<ShapeCandidate> all_that_fit(const cases::Case& c, const cases::Option& option) {
  std::vector<ShapeCandidate> result;
  for (const int gpus : gpus_to_try(c, option)) {
    if (gpus > c.hardware.instance_sizes.back() || !roofline::plan_memory(c, option, gpus).fits()) continue;
    const ShapeCandidate candidate{own_shape(c, gpus), closed_form_capacity(c, option, gpus, 1)};
    if (candidate.closed_form.missed != roofline::Limit::kv_memory) result.push_back(candidate);
  }
  return result;
}

}  // namespace

ReplicaShape own_shape(const cases::Case& c, int gpus) {
  const int sequences = std::min(c.engine.max_num_seqs, most_sequences);
  return {gpus, sequences, std::clamp(c.engine.token_budget, sequences, most_tokens)};
}

ReplicaShape largest_to_try(const cases::Case& c, const ReplicaShape& own) {
  if (c.engine.batching_is_fixed) return own;
  return {own.gpus, std::min(2 * own.max_num_seqs, most_sequences),
          std::min(2 * own.token_budget, most_tokens)};
}

roofline::Capacity closed_form_capacity(const cases::Case& c, const cases::Option& option, int gpus,
                                        double time_factor) {
  const roofline::MemoryPlan memory = roofline::plan_memory(c, option, gpus);
  const double fit = roofline::sequences_that_fit(c, option, memory, gpus);
  return roofline::capacity(c, step_model(c, option, time_factor, gpus), fit);
}

double closed_form_rate(const cases::Case& c, const cases::Option& option, int gpus, double time_factor) {
  const roofline::Capacity at = closed_form_capacity(c, option, gpus, time_factor);
  return at.limit == roofline::Limit::infeasible ? 0 : at.state.requests_per_second;
}

// The closed form knows no queues. Where the SLO is tight they take much of it, and more GPUs per replica
// than the closed form likes serve best: so a shape stays that is near the best with all of the SLO for the
// work itself, or with seven tenths or half of it. Where none meets it, the largest comes nearest.
std::vector<ShapeCandidate> promising_shapes(const cases::Case& c, const cases::Option& option) {
  constexpr double near_best = 0.8, times_of_queues[] = {1, 1.4, 2};
  std::vector<ShapeCandidate> all = all_that_fit(c, option);
  std::vector<char> stays(all.size(), 0);
  for (const double factor : times_of_queues) {
    std::vector<double> rates;
    for (const ShapeCandidate& candidate : all)
      rates.push_back(closed_form_rate(c, option, candidate.shape.gpus, factor) / candidate.shape.gpus);
    const double best = rates.empty() ? 0 : std::ranges::max(rates);
    for (std::size_t i = 0; i < all.size(); ++i)
      stays[i] |= static_cast<char>(i == 0 || (rates[i] > 0 && rates[i] >= near_best * best) ||
                                    (factor == 1 && best == 0 && i + 1 == all.size()));
  }
  std::vector<ShapeCandidate> result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (stays[i] != 0) result.push_back(all[i]);
  }
  return result;
}

}  // namespace bitworth::decision
