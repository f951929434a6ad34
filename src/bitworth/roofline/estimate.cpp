#include "bitworth/roofline/estimate.hpp"

#include <utility>

namespace bitworth::roofline {
namespace {

PhaseEstimate estimate_phase(const Replica& replica, Phase phase, const LoadPoint& point) {
  PhaseEstimate result;
  result.steps = replica.steps(phase, point);
  result.time = replica.time(phase, point);
  result.terms = replica.model().terms(result.steps.shape);
  const double tokens = phase == Phase::decode ? point.batch : point.batch * point.prompt_tokens;
  result.tokens_per_second = tokens / result.time.total().value();
  return result;
}

OptionEstimate estimate_option(const cases::Case& c, const cases::Option& option, const LoadPoint& point) {
  const Replica replica(c, option, point.gpus);
  OptionEstimate result;
  result.option = &option;
  result.memory = replica.memory();
  result.sequences_that_fit = replica.sequences_that_fit(point.context_tokens);
  result.fits = replica.fits(Phase::decode, point);
  result.decode = estimate_phase(replica, Phase::decode, point);
  result.prefill = estimate_phase(replica, Phase::prefill, point);
  return result;
}

}  // namespace

std::vector<OptionEstimate> estimate(const cases::Case& c, const LoadPoint& point) {
  std::vector<OptionEstimate> result = {estimate_option(c, c.baseline, point)};
  for (const cases::Option& option : c.options) {
    result.push_back(estimate_option(c, option, point));
    for (const auto& [phase, part] : {std::pair(Phase::decode, &OptionEstimate::decode),
                                      std::pair(Phase::prefill, &OptionEstimate::prefill)}) {
      PhaseEstimate& own = result.back().*part;
      const double ratio = (result.front().*part).time.total() / own.time.total();
      own.speedup = with_interval(c, option, phase, ratio);
    }
  }
  return result;
}

}  // namespace bitworth::roofline
