#include "bitworth/decision/shape_candidates.hpp"

#include <algorithm>

#include "bitworth/roofline/capacity.hpp"

namespace bitworth::decision {
namespace {

ReplicaShape own_shape(const cases::Case& c, int gpus) {
  const int sequences = std::min(c.engine.max_num_seqs, most_sequences);
  return {gpus, sequences, std::clamp(c.engine.token_budget, sequences, most_tokens)};
}

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

roofline::Capacity closed_form_capacity(const cases::Case& c, const cases::Option& option, int gpus,
                                        double time_factor) {
  const roofline::MemoryPlan memory = roofline::plan_memory(c, option, gpus);
  const double fit = roofline::sequences_that_fit(c, option, memory, gpus);
  return roofline::capacity(c, step_model(c, option, time_factor, gpus), fit);
}

std::vector<ShapeCandidate> promising_shapes(const cases::Case& c, const cases::Option& option) {
  // The closed form knows no queues, hence the margin.
  constexpr double near_best = 0.8;
  std::vector<ShapeCandidate> result = all_that_fit(c, option);
  double best = 0;
  for (const ShapeCandidate& candidate : result) best = std::max(best, candidate.rate_per_gpu());
  const int smallest = result.empty() ? 0 : result.front().shape.gpus;
  std::erase_if(result, [&](const ShapeCandidate& candidate) {
    return candidate.shape.gpus != smallest && candidate.rate_per_gpu() < near_best * best;
  });
  return result;
}

}  // namespace bitworth::decision
