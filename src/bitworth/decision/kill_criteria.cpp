#include "bitworth/decision/kill_criteria.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

// A cent in a thousand errors matters.
std::string price_of_error(double dollars) {
  return dollars < 1 ? "$" + significant(dollars, 2) : to_text(Dollars(dollars));
}

}  // namespace

std::vector<KillCriterion> kill_criteria(const cases::Case& c, const std::vector<BreakEven>& break_evens,
                                         std::optional<double> payback_months,
                                         std::optional<double> error_price) {
  std::vector<KillCriterion> criteria;
  const auto speedup = std::ranges::find(break_evens, "speed-up per GPU", &BreakEven::input);
  if (speedup != break_evens.end() && speedup->at && *speedup->at < speedup->now)
    criteria.push_back({"speed-up per GPU", speedup->at,
                        format("a load test gives less than {}x per GPU", significant(*speedup->at))});
  criteria.push_back({"quality", c.quality.margin,
                      format("a paired test shows that more than {} pp of the answers are lost",
                             significant(c.quality.margin * 100, 2))});
  const workload::Slo& slo = c.workload.slo;
  if (slo.ttft_p99)
    criteria.push_back({"TTFT p99", slo.ttft_p99->value(),
                        format("the p99 of the first token exceeds {}", to_text(*slo.ttft_p99))});
  if (slo.tpot_p99)
    criteria.push_back({"TPOT p99", slo.tpot_p99->value(),
                        format("the p99 of further tokens exceeds {}", to_text(*slo.tpot_p99))});
  if (error_price)
    criteria.push_back(
        {"dollars per error", error_price,
         format("a wrong answer turns out to cost more than {}", price_of_error(*error_price))});
  if (payback_months && *payback_months > 0)
    criteria.push_back({"retirement of the model", payback_months,
                        format("the model is to be retired within {} months, before the money is back",
                               significant(*payback_months, 2))});
  return criteria;
}

std::optional<double> break_even_error_price(const Inputs& in, std::size_t option,
                                             double dollars_saved_per_month) {
  const double errors = in.requests_per_second * one_month.value() * in.options[option].quality_loss;
  if (errors <= 0 || dollars_saved_per_month <= 0) return std::nullopt;
  return dollars_saved_per_month / errors;
}

}  // namespace bitworth::decision
