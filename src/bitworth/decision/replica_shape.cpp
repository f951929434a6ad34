#include "bitworth/decision/replica_shape.hpp"

namespace bitworth::decision {

std::vector<int> gpus_to_try(const cases::Case& c, const cases::Option& option) {
  if (option.gpus_per_replica) return {*option.gpus_per_replica};
  std::vector<int> result;
  for (int gpus = 1; gpus <= c.hardware.max_gpus_per_replica; gpus *= 2) result.push_back(gpus);
  return result;
}

roofline::StepModel step_model(const cases::Case& c, const cases::Option& option, double time_factor,
                               int gpus_per_replica) {
  return {c.architecture, option.runs_as,   option.kv_cache, c.hardware.device,
          option.kernels, gpus_per_replica, time_factor,     roofline::expert_split(option)};
}

}  // namespace bitworth::decision
