#include "bitworth/decision/payoff.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/economics/cash_flow.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::decision {
namespace {

constexpr double hours_a_month = one_month / one_hour;

bool runs_elsewhere(const cases::Option& option) {
  return option.api || option.hardware;
}

constexpr Estimate cases::HiddenCost::*hidden_parts[] = {
    &cases::HiddenCost::hours, &cases::HiddenCost::dollars, &cases::HiddenCost::hours_per_month,
    &cases::HiddenCost::dollars_per_month};

Provenance provenance_of(const cases::HiddenCost& cost) {
  Provenance result = Provenance::exact;
  for (const auto part : hidden_parts) result = worst(result, (cost.*part).provenance);
  return result;
}

// A prior's reason stands where others name their source.
std::string reason_of(const cases::HiddenCost& cost) {
  for (const auto part : hidden_parts) {
    if ((cost.*part).p90 > 0) return (cost.*part).source;
  }
  return "";
}

double refresh_cost(const Inputs& in, const OptionInputs& own) {
  return (in.refresh_hours + own.quantization_hours) * in.engineer_price_per_hour + in.evaluation_dollars +
         own.quantization_gpu_hours * own.price_per_gpu_hour;
}

double api_dollars_per_month(const cases::Case& c, const OptionInputs& own, double requests_per_second) {
  const double requests = requests_per_second * one_month.value();
  return requests *
         (c.workload.prompt_tokens.mean() * own.api_input +
          c.workload.output_tokens.mean() * own.token_inflation * own.api_output) /
         1e6;
}

}  // namespace

double project_cost(const Inputs& in, const OptionInputs& own) {
  return (in.engineering_hours + own.quantization_hours) * in.engineer_price_per_hour +
         (own.pays_hidden_costs ? in.hidden_once : 0) + in.evaluation_dollars +
         own.quantization_gpu_hours * own.price_per_gpu_hour;
}

CostLines cost_lines(const cases::Case& c, const Inputs& in, const OptionInputs& own) {
  const double hourly = in.engineer_price_per_hour;
  const auto by_hours = [&](const char* name, double hours) {
    return CostLine{name, format("{} h x {}", significant(hours), to_text(Dollars(hourly))), hours * hourly};
  };
  const CostLine quantizing = by_hours("quantizing", own.quantization_hours);
  const CostLine compute{"compute to quantize",
                         format("{} GPU-hours x {}", significant(own.quantization_gpu_hours),
                                to_text(Dollars(own.price_per_gpu_hour))),
                         own.quantization_gpu_hours * own.price_per_gpu_hour};
  const CostLine evaluation{"evaluation", "once", in.evaluation_dollars};
  CostLines lines{
      {by_hours("engineering", in.engineering_hours), quantizing, compute, evaluation},
      {by_hours("monitoring", in.monitoring_hours_per_month)},
      {by_hours("evaluating and rolling out", in.refresh_hours), quantizing, compute, evaluation}};
  for (std::size_t i = 0; own.pays_hidden_costs && i < in.hidden.size(); ++i) {
    const HiddenInputs& cost = in.hidden[i];
    const cases::HiddenCost& asked = c.money.hidden_costs[i];
    const auto line = [&](double hours, double dollars) {
      std::vector<std::string> parts;
      if (hours > 0) parts.push_back(format("{} h x {}", significant(hours), to_text(Dollars(hourly))));
      if (dollars > 0) parts.push_back(to_text(Dollars(dollars)));
      return CostLine{asked.key, format("{} ({})", joined(parts, " + "), to_text(provenance_of(asked))),
                      hours * hourly + dollars};
    };
    lines.once.push_back(line(cost.hours, cost.dollars));
    lines.running.push_back(line(cost.hours_per_month, cost.dollars_per_month));
  }
  return lines;
}

std::vector<HiddenLine> hidden_lines(const cases::Case& c, const Inputs& in, const OptionInputs& own) {
  std::vector<HiddenLine> lines;
  for (std::size_t i = 0; own.pays_hidden_costs && i < in.hidden.size(); ++i) {
    const HiddenInputs& cost = in.hidden[i];
    const cases::HiddenCost& asked = c.money.hidden_costs[i];
    lines.push_back({asked.key, cost.hours * in.engineer_price_per_hour + cost.dollars,
                     cost.hours_per_month * in.engineer_price_per_hour + cost.dollars_per_month,
                     provenance_of(asked), reason_of(asked)});
  }
  return lines;
}

Payoffs::Payoffs(const cases::Case& c, const Basis& basis)
    : case_(c),
      basis_(basis),
      discount_per_month_(economics::monthly_rate(c.money.discount_rate)),
      uses_(c, basis),
      baseline_(c, uses_, basis.table(baseline_index), basis.committed_gpus,
                time_factor_sigma(c, baseline_index)) {
  options_.reserve(c.options.size());
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    // What is committed here carries nothing elsewhere.
    const int committed = runs_elsewhere(c.options[i]) ? 0 : basis.committed_gpus;
    options_.emplace_back(c, uses_, basis.table(i), committed, time_factor_sigma(c, i));
  }
  projects_.resize(c.options.size());
  calendar_ = economics::Calendar(terms(Inputs()));
}

economics::Terms Payoffs::terms(const Inputs& in) const {
  const cases::Money& money = case_.money;
  const double updates = case_.model_updates_per_year.value_or(0);
  const bool owned = case_.hardware.tenure == cases::Tenure::owned;
  return {.horizon_months = money.horizon_months,
          .discount_rate = discount_per_month_,
          .delay_months = money.delay_months,
          .committed_months =
              case_.hardware.tenure == cases::Tenure::on_demand ? 0 : case_.hardware.committed_months,
          // What is bought keeps its price.
          .price_change = owned ? 0 : in.price_change_per_month,
          .load_growth = in.growth_per_month,
          .replacement_hazard = in.lifetime_months > 0 ? std::min(1.0, 1 / in.lifetime_months) : 0,
          .refresh_every_months = updates > 0 ? 12 / updates : 0};
}

bool Payoffs::price_baseline(const Inputs& in, const economics::PresentValues& values) {
  baseline_.take(in.baseline.time_factor, in.traffic * in.baseline.capacity);
  today_ = baseline_.at(in.requests_per_second);
  if (today_.use == nullptr) return false;
  terms_ = gpu_terms(case_, basis_, in);
  // Without growth one sizing stands for all.
  sizings_ = in.growth_per_month == 0 ? 1 : values.sizings;
  before_.clear();
  mean_gpus_before_.clear();
  for (int sizing = 0; sizing < sizings_; ++sizing) {
    const double load = in.requests_per_second * values.load[static_cast<std::size_t>(sizing)];
    const FleetTable::Found found = sizings_ == 1 ? today_ : baseline_.at(load);
    if (found.use == nullptr) return false;
    before_.push_back(economics::price_fleet(*found.use, terms_));
    mean_gpus_before_.push_back(found.use->mean_gpus);
  }
  return true;
}

// Notes in the payoff what today's fleet is; the GPUs of every sizing are taken off the sum.
economics::FleetCost Payoffs::option_cost(const Inputs& in, std::size_t option, double load, Payoff& payoff) {
  const cases::Option& asked = case_.options[option];
  const OptionInputs& own = in.options[option];
  // Committed GPUs that nothing runs on are paid for all the same.
  const double held = terms_.committed * terms_.committed_gpus * hours_a_month;
  if (asked.api) {
    const double dollars = api_dollars_per_month(case_, own, load);
    payoff.served = true;
    return {dollars + held, dollars};
  }
  const FleetTable::Found found = options_[option].at(load);
  payoff.served = found.use != nullptr;
  if (!payoff.served) return {};
  payoff.mean_gpus_saved -= found.use->mean_gpus;
  if (payoff.speedup == 0 && today_.use != nullptr) {  // today's, which comes first
    payoff.speedup = found.requests_per_second_per_gpu / today_.requests_per_second_per_gpu;
    payoff.gpus_saved = today_.use->peak.gpus() - found.use->peak.gpus();
  }
  if (!asked.hardware) return economics::price_fleet(*found.use, terms_);
  const double dollars = found.use->mean_gpus * own.price_per_gpu_hour * hours_a_month;
  return {dollars + held, dollars};
}

Payoff Payoffs::compare(const Inputs& in, std::size_t option, const economics::PresentValues& values,
                        economics::Project& project) {
  const OptionInputs& own = in.options[option];
  Payoff payoff;
  payoff.once = project.once = project_cost(in, own);
  project.saved_per_month.clear();
  options_[option].take(own.time_factor,
                        in.traffic * own.capacity * basis_.rate_of_inflated(option, own.token_inflation));
  for (int sizing = 0; sizing < sizings_; ++sizing) {
    const auto at = static_cast<std::size_t>(sizing);
    const double load = in.requests_per_second * (sizings_ == 1 ? 1 : values.load[at]);
    const economics::FleetCost after = option_cost(in, option, load, payoff);
    if (!payoff.served) {
      payoff.gpus_saved = payoff.mean_gpus_saved = 0;
      payoff.net_worth = payoff.kept = -payoff.once;
      return payoff;
    }
    payoff.mean_gpus_saved += mean_gpus_before_[at];
    project.saved_per_month.push_back({before_[at].during - after.during, before_[at].after - after.after});
  }
  payoff.mean_gpus_saved /= sizings_;
  payoff.dollars_saved_per_month = project.saved_per_month.front().free;
  project.running_per_month = (own.pays_hidden_costs ? in.hidden_per_month : 0) +
                              in.monitoring_hours_per_month * in.engineer_price_per_hour;
  project.errors_per_month =
      case_.quality.dollars_per_error
          ? in.requests_per_second * one_month.value() * own.quality_loss * *case_.quality.dollars_per_error
          : 0;
  project.refresh = refresh_cost(in, own);
  payoff.kept = economics::net_present_value(project, values);
  payoff.net_worth = std::max(payoff.kept, -payoff.once);
  return payoff;
}

bool Payoffs::operator()(const Inputs& in, std::span<Payoff> payoffs) {
  const economics::PresentValues values = economics::present_values(calendar_, terms(in));
  if (!price_baseline(in, values)) return false;
  for (std::size_t i = 0; i < payoffs.size(); ++i) payoffs[i] = compare(in, i, values, projects_[i]);
  return true;
}

bool Payoffs::baseline_serves(const Inputs& in) {
  return price_baseline(in, economics::present_values(calendar_, terms(in)));
}

std::optional<double> Payoffs::cost_of_serving(const Inputs& in, std::size_t option) {
  const economics::PresentValues values = economics::present_values(calendar_, terms(in));
  today_ = {};
  terms_ = gpu_terms(case_, basis_, in);
  sizings_ = in.growth_per_month == 0 ? 1 : values.sizings;
  before_.assign(static_cast<std::size_t>(sizings_), {});
  mean_gpus_before_.assign(static_cast<std::size_t>(sizings_), 0);
  const Payoff payoff = compare(in, option, values, projects_[option]);
  return payoff.served ? std::optional(-payoff.kept) : std::nullopt;
}

std::optional<Payoff> Payoffs::one(const Inputs& in, std::size_t option) {
  return one(in, option, economics::present_values(calendar_, terms(in)));
}

std::optional<Payoff> Payoffs::one(const Inputs& in, std::size_t option, const economics::Terms& terms) {
  return one(in, option, economics::present_values(terms));
}

std::optional<Payoff> Payoffs::one(const Inputs& in, std::size_t option,
                                   const economics::PresentValues& values) {
  if (!price_baseline(in, values)) return std::nullopt;
  const Payoff payoff = compare(in, option, values, projects_[option]);
  return payoff.served ? std::optional(payoff) : std::nullopt;
}

void Payoffs::add_up(const Inputs& in, std::size_t option, const Payoff& payoff,
                     std::vector<double>& worth) const {
  if (payoff.served && payoff.net_worth > -payoff.once) {
    economics::add_up(projects_[option], calendar_, terms(in), worth);
  } else {
    worth.assign(calendar_.months.size() + 1, -payoff.once);
  }
}

std::optional<economics::Project> Payoffs::project(const Inputs& in, std::size_t option) {
  return one(in, option) ? std::optional(projects_[option]) : std::nullopt;
}

}  // namespace bitworth::decision
