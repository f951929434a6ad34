#include "bitworth/decision/deployment.hpp"

namespace bitworth::decision {
namespace {

Deployment deploy(const cases::Case& c, const cases::Option& option, double time_factor,
                  double requests_per_second, int gpus) {
  Deployment result;
  result.gpus_per_replica = gpus;
  result.memory = roofline::plan_memory(c, option, gpus);
  result.sequences_that_fit = roofline::sequences_that_fit(c, option, result.memory, gpus);
  const roofline::StepModel model = step_model(c, option, time_factor, gpus);
  result.capacity = roofline::capacity(c, model, result.sequences_that_fit);
  if (result.capacity.limit == roofline::Limit::infeasible) return result;
  const int replicas = economics::replicas_needed(requests_per_second * c.workload.peak_to_mean,
                                                  result.capacity.state.requests_per_second,
                                                  c.hardware.headroom, c.hardware.min_replicas);
  result.fleet = economics::rent(replicas, gpus, c.hardware.instance_sizes);
  return result;
}

bool better(const Deployment& a, const Deployment& b) {
  if (a.feasible() != b.feasible()) return a.feasible();
  return a.feasible() && a.fleet->gpus() < b.fleet->gpus();
}

}  // namespace

roofline::StepModel step_model(const cases::Case& c, const cases::Option& option, double time_factor,
                               int gpus_per_replica) {
  return {c.architecture, option.runs_as,   option.kv_cache, c.hardware.device,
          option.kernels, gpus_per_replica, time_factor,     roofline::expert_split(option)};
}

Deployment best_deployment(const cases::Case& c, const cases::Option& option, double time_factor,
                           double requests_per_second) {
  if (option.gpus_per_replica)
    return deploy(c, option, time_factor, requests_per_second, *option.gpus_per_replica);
  Deployment best = deploy(c, option, time_factor, requests_per_second, 1);
  // Powers of two: attention heads divide by nothing else.
  for (int gpus = 2; gpus <= c.hardware.max_gpus_per_replica; gpus *= 2) {
    const Deployment candidate = deploy(c, option, time_factor, requests_per_second, gpus);
    if (better(candidate, best) || !best.feasible()) best = candidate;
  }
  return best;
}

}  // namespace bitworth::decision
