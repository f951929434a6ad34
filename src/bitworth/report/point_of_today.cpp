#include "bitworth/report/point_of_today.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::report {

Place place_of(const decision::Operation& operation) {
  return {std::max(1, operation.shape.gpus), std::max(1.0, operation.batch_at_mean_load())};
}

bool runs_here(const cases::Option& option) {
  return !option.api && !option.hardware;
}

roofline::LoadPoint point_of_today(const cases::Case& c, const decision::Decision& decision) {
  const Place place = place_of(decision.baseline);
  return {.gpus = place.gpus,
          .batch = std::round(place.batch),
          .prompt_tokens = std::round(c.workload.prompt_tokens.mean()),
          .context_tokens = std::round(workload::mean_decode_context(c.workload))};
}

}  // namespace bitworth::report
