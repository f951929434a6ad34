#include "bitworth/report/crossovers_of_today.hpp"

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

std::vector<roofline::OptionCrossovers> crossovers_of_today(const cases::Case& c,
                                                            const decision::Decision& decision) {
  const roofline::LoadPoint point = point_of_today(c, decision);
  std::vector<roofline::OptionCrossovers> found;
  for (const cases::Option& option : c.options)
    found.push_back(runs_here(option) ? find_crossovers(c, option, point) : roofline::OptionCrossovers());
  return found;
}

}  // namespace bitworth::report
