#include "bitworth/decision/widening.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/decision/facts.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/decision/rules.hpp"

namespace bitworth::decision {
namespace {

constexpr std::string_view quality_loss = "quality loss";

// Of several doubts together: each adds its part to the variance.
double together(const std::vector<Widened>& widened, bool of_quality) {
  double variance = 1;
  for (const Widened& one : widened) {
    if ((one.input == quality_loss) == of_quality) variance += one.factor * one.factor - 1;
  }
  return std::sqrt(variance);
}

// A loss may be larger than was thought; nothing says that it may be smaller.
void stretch(Estimate& estimate, double factor) {
  estimate.p90 = estimate.value + factor * (estimate.p90 - estimate.value);
}

// All that an option's times may differ by from the baseline's; not the level that all schemes share.
void stretch(hardware::Spread& spread, double factor) {
  for (double& rung : spread.rung) rung *= factor;
  for (double hardware::Spread::*part :
       {&hardware::Spread::base, &hardware::Spread::borrowed, &hardware::Spread::lacks_units,
        &hardware::Spread::low_confidence, &hardware::Spread::serving, &hardware::Spread::kv_limited,
        &hardware::Spread::gain})
    spread.*part *= factor;
}

std::vector<Widened> widened_by(const cases::Case& c, const cases::Option& option) {
  std::vector<Widened> result;
  for (const FiredRule& fired : fired_rules(*c.rules, standing_facts(as_seen_by(c, option), option))) {
    if (!fired.rule->widens) continue;
    const bool of_quality = fired.rule->widens->input == quality_loss;
    result.push_back({fired.rule,
                      of_quality ? std::string(quality_loss) : "kernels of " + kernels_of(c, option),
                      fired.rule->widens->factor});
  }
  return result;
}

}  // namespace

WidenedCase widen(const cases::Case& c) {
  WidenedCase result{c, {}, {}};
  for (cases::Option& option : result.c.options) {
    // Of what others serve no format is known.
    result.by_option.push_back(c.rules && !option.api ? widened_by(c, option) : std::vector<Widened>());
    const std::vector<Widened>& widened = result.by_option.back();
    stretch(option.quality_loss, together(widened, true));
    result.kernel_doubts.push_back(together(widened, false));
    stretch(option.kernels.spread, result.kernel_doubts.back());
  }
  return result;
}

}  // namespace bitworth::decision
