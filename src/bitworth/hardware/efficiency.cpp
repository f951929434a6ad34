#include "bitworth/hardware/efficiency.hpp"

namespace bitworth::hardware {

Rates rates_at(const Efficiency& efficiency, double memory_score, double compute_score, double scheme_score) {
  return {.memory = at_normal_score(efficiency.memory, memory_score),
          .compute_sixteen_bit = at_normal_score(efficiency.compute_sixteen_bit, compute_score),
          .compute_fp8 = at_normal_score(efficiency.compute_fp8, compute_score),
          .compute_int8 = at_normal_score(efficiency.compute_int8, compute_score),
          .compute_fp4 = at_normal_score(efficiency.compute_fp4, compute_score),
          .per_step = Seconds(efficiency.step_seconds.value),
          .per_layer = Seconds(efficiency.layer_seconds.value),
          .link = efficiency.link.value,
          .all_reduce = Seconds(efficiency.all_reduce_seconds.value),
          .scheme = at_normal_score(efficiency.scheme, scheme_score)};
}

Rates median_rates(const Efficiency& efficiency) {
  return rates_at(efficiency, 0, 0, 0);
}

}  // namespace bitworth::hardware
