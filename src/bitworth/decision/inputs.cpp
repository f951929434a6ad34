#include "bitworth/decision/inputs.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/economics/cash_flow.hpp"
#include "bitworth/roofline/capacity.hpp"

namespace bitworth::decision {
namespace {

constexpr double few_sequences = 16;  // as data/kernels.toml has it for kv_limited
constexpr double z90 = 1.2815515655446004;

// A factor around 1 whose logarithm has that standard deviation.
Estimate factor(double sigma, std::string source) {
  const double p90 = std::exp(sigma * z90);
  return {1, 1 / p90, p90, Provenance::modelled, std::move(source), ""};
}

/// Collects unknowns by name and the quantities that they move.
class Collector {
 public:
  explicit Collector(Uncertainty& result) : result_(result) {}

  /// What is added from here on is this option's; absent: the case's.
  void of(std::optional<std::size_t> option) { option_ = option; }

  template <class Place>
  void add(const std::string& name, const std::string& unit, const Estimate& estimate, Place place) {
    Quantity quantity{name, unit, std::nullopt, estimate, place};
    quantity.option = option_;
    if (!estimate.is_point()) quantity.moved_by = unknown(name, unit);
    result_.quantities.push_back(std::move(quantity));
  }

  /// Hours or dollars, of which no less than nothing is spent.
  template <class Place>
  void add_amount(const std::string& name, const std::string& unit, const Estimate& estimate, Place place) {
    add(name, unit, estimate, place);
    result_.quantities.back().least = 0;
  }

  std::size_t unknown(const std::string& name, const std::string& unit) {
    if (const auto known = result_.named(name)) return *known;
    result_.unknowns.push_back({name, unit, std::nullopt, 0});
    return result_.unknowns.size() - 1;
  }

 private:
  Uncertainty& result_;
  std::optional<std::size_t> option_;
};

double by_month(double yearly) {
  return yearly > -1 ? economics::monthly_rate(yearly) : -1;
}

Estimate by_month(Estimate yearly) {
  yearly.value = by_month(yearly.value);
  yearly.p10 = by_month(yearly.p10);
  yearly.p90 = by_month(yearly.p90);
  return yearly;
}

// Whether the baseline's cache holds so few sequences that the capacity hangs on it.
bool kv_limited(const cases::Case& c) {
  const int gpus = c.baseline.gpus_per_replica.value_or(1);
  for (int tried = gpus; tried <= std::max(gpus, c.hardware.max_gpus_per_replica); tried *= 2) {
    const roofline::MemoryPlan plan = roofline::plan_memory(c, c.baseline, tried);
    if (plan.fits()) return roofline::sequences_that_fit(c, c.baseline, plan, tried) < few_sequences;
    if (c.baseline.gpus_per_replica) break;
  }
  return false;
}

// How far an option's times may lie from the baseline's, given where those lie: the standard deviation of the
// logarithm. Nothing where the same kernels run, divide experts and read the cache alike.
double relative_sigma(const cases::Case& c, const cases::Option& option) {
  const hardware::Spread& spread = option.kernels.spread;
  const bool same_scheme =
      option.runs_as.id == c.baseline.runs_as.id && option.expert_parallel == c.baseline.expert_parallel;
  const bool same_cache = option.kv_cache.id == c.baseline.kv_cache.id;
  if (same_scheme && same_cache) return 0;
  double sigma = std::hypot(spread.base, spread.serving);
  if (!same_scheme) {
    // By the bits, the most that a step can gain: the gain's own part of the spread is a small one.
    const double gain = c.baseline.runs_as.weight_bits / option.runs_as.weight_bits;
    sigma = std::hypot(hardware::relative_sigma(option.kernels, gain), spread.serving);
  }
  return kv_limited(c) ? std::hypot(sigma, spread.kv_limited) : sigma;
}

double level_sigma(const hardware::StepKernels& kernels) {
  return kernels.spread.level[static_cast<int>(kernels.baseline_rung)];
}

// What GPUs that are not rented by the hour cost.
void add_tenure(const cases::Case& c, Collector& collect) {
  if (c.hardware.reserved_price_per_gpu_hour)
    collect.add("GPU price", "$/h", *c.hardware.reserved_price_per_gpu_hour,
                [](Inputs& in) -> double& { return in.reserved_price_per_gpu_hour; });
  if (!c.hardware.owned) return;
  const cases::OwnedGpu& owned = *c.hardware.owned;
  const auto add = [&](const char* name, const char* unit, const Estimate& estimate,
                       double economics::OwnedGpu::*place) {
    collect.add(name, unit, estimate, [place](Inputs& in) -> double& { return in.owned.*place; });
  };
  add("price of a GPU", "$", owned.price, &economics::OwnedGpu::price);
  add("residual value", "of the price", owned.residual_share, &economics::OwnedGpu::residual_share);
  add("PUE", "", owned.pue, &economics::OwnedGpu::pue);
  add("electricity", "$/kWh", owned.dollars_per_kwh, &economics::OwnedGpu::dollars_per_kwh);
}

void add_money(const cases::Case& c, Collector& collect) {
  const cases::Money& m = c.money;
  const auto add = [&](const char* name, const char* unit, const Estimate& estimate, double Inputs::*place) {
    collect.add(name, unit, estimate, [place](Inputs& in) -> double& { return in.*place; });
  };
  add("load", "requests/s", c.workload.requests_per_second, &Inputs::requests_per_second);
  add("load growth", "a month", by_month(c.workload.growth_per_year), &Inputs::growth_per_month);
  if (c.hardware.price_per_gpu_hour)
    add("GPU price", "$/h", *c.hardware.price_per_gpu_hour, &Inputs::price_per_gpu_hour);
  add("price change", "a month", by_month(m.price_change_per_year), &Inputs::price_change_per_month);
  add("model lifetime", "months", c.model_lifetime_months, &Inputs::lifetime_months);
  add_tenure(c, collect);
  const auto amount = [&](const char* name, const char* unit, const Estimate& estimate,
                          double Inputs::*place) {
    collect.add_amount(name, unit, estimate, [place](Inputs& in) -> double& { return in.*place; });
  };
  amount("engineering hours", "hours", m.engineering_hours, &Inputs::engineering_hours);
  amount("engineer price", "$/h", m.engineer_price_per_hour, &Inputs::engineer_price_per_hour);
  amount("evaluation cost", "$", m.evaluation_dollars, &Inputs::evaluation_dollars);
  amount("monitoring hours", "hours a month", m.monitoring_hours_per_month,
         &Inputs::monitoring_hours_per_month);
  amount("refresh hours", "hours", m.refresh_hours, &Inputs::refresh_hours);
}

// The parts of each that are not nothing.
void add_hidden_costs(const cases::Case& c, Collector& collect) {
  for (std::size_t i = 0; i < c.money.hidden_costs.size(); ++i) {
    const cases::HiddenCost& cost = c.money.hidden_costs[i];
    const auto part = [&](const char* unit, const Estimate& estimate, double HiddenInputs::*place) {
      if (estimate.is_point() && estimate.value == 0) return;
      collect.add_amount("hidden cost " + cost.key, unit, estimate,
                         [i, place](Inputs& in) -> double& { return in.hidden[i].*place; });
    };
    part("hours", cost.hours, &HiddenInputs::hours);
    part("$", cost.dollars, &HiddenInputs::dollars);
    part("hours a month", cost.hours_per_month, &HiddenInputs::hours_per_month);
    part("$ a month", cost.dollars_per_month, &HiddenInputs::dollars_per_month);
  }
}

// Whether its answers may differ from the baseline's.
bool pays_hidden_costs(const cases::Case& c, const cases::Option& option) {
  return option.api || option.runs_as.id != c.baseline.runs_as.id ||
         option.kv_cache.id != c.baseline.kv_cache.id;
}

void add_option(const cases::Case& c, const cases::Option& option, std::size_t i, double capacity_error,
                double kernel_doubt, Collector& collect) {
  collect.of(i);
  const auto add = [&](const std::string& name, const char* unit, const Estimate& estimate,
                       double OptionInputs::*place) {
    collect.add(name, unit, estimate, [i, place](Inputs& in) -> double& { return in.options[i].*place; });
  };
  const auto amount = [&](const char* name, const char* unit, const Estimate& estimate,
                          double OptionInputs::*place) {
    collect.add_amount(name, unit, estimate,
                       [i, place](Inputs& in) -> double& { return in.options[i].*place; });
  };
  add("quality loss", "of the answers", option.quality_loss, &OptionInputs::quality_loss);
  add("answer length", "", option.token_inflation, &OptionInputs::token_inflation);
  if (option.api) {
    add("API price", "", option.api->per_million_input, &OptionInputs::api_input);
    add("API price", "", option.api->per_million_output, &OptionInputs::api_output);
    return;
  }
  add("capacity of " + option.name, "", factor(capacity_error, "width of the search by simulation"),
      &OptionInputs::capacity);
  Estimate kernels = factor(relative_sigma(c, option), "data/kernels.toml");
  kernels.p10 = std::pow(kernels.p10, 1 / kernel_doubt);
  add("kernels of " + kernels_of(c, option), "", kernels, &OptionInputs::kernels);
  amount("quantization hours", "hours", option.quantization_hours, &OptionInputs::quantization_hours);
  amount("quantization compute", "GPU-hours", option.quantization_gpu_hours,
         &OptionInputs::quantization_gpu_hours);
  if (!option.hardware) {
    if (c.hardware.price_per_gpu_hour)
      add("GPU price", "$/h", *c.hardware.price_per_gpu_hour, &OptionInputs::price_per_gpu_hour);
    return;
  }
  const std::string& device = option.hardware->device.name;
  add("kernels on " + device, "", factor(level_sigma(option.kernels), "data/kernels.toml"),
      &OptionInputs::elsewhere);
  if (option.hardware->price_per_gpu_hour)
    add("price of " + device, "$/h", *option.hardware->price_per_gpu_hour, &OptionInputs::price_per_gpu_hour);
}

// Projects overrun together: all hours of one team follow the engineering hours.
void correlate_hours(double correlation, Uncertainty& result) {
  const auto leader = result.named("engineering hours");
  if (!leader || correlation == 0) return;
  for (Uncertain& unknown : result.unknowns) {
    if (unknown.name == "quantization hours" || unknown.name == "refresh hours" ||
        unknown.name == "monitoring hours") {
      unknown.leader = leader;
      unknown.correlation = correlation;
    }
  }
}

}  // namespace

std::string kernels_of(const cases::Case& c, const cases::Option& option) {
  return option.runs_as.id == c.baseline.runs_as.id ? option.kv_cache.id + " KV cache" : option.runs_as.id;
}

void complete(Inputs& in) {
  in.hidden_once = in.hidden_per_month = 0;
  for (const HiddenInputs& cost : in.hidden) {
    in.hidden_once += cost.hours * in.engineer_price_per_hour + cost.dollars;
    in.hidden_per_month += cost.hours_per_month * in.engineer_price_per_hour + cost.dollars_per_month;
  }
  in.baseline.time_factor = in.level;
  in.baseline.price_per_gpu_hour = in.price_per_gpu_hour;
  for (OptionInputs& own : in.options) own.time_factor = in.level * own.kernels * own.elsewhere;
}

std::optional<std::size_t> Uncertainty::named(std::string_view name) const {
  const auto found = std::ranges::find(unknowns, name, &Uncertain::name);
  if (found == unknowns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - unknowns.begin());
}

const Quantity& Uncertainty::moved_first(std::size_t unknown) const {
  return *std::ranges::find(quantities, std::optional(unknown), &Quantity::moved_by);
}

const Quantity& Uncertainty::moved_for(std::size_t unknown, std::optional<std::size_t> option) const {
  const auto own = std::ranges::find_if(quantities, [&](const Quantity& quantity) {
    return option && quantity.option == option && quantity.name == unknowns[unknown].name;
  });
  return own == quantities.end() ? moved_first(unknown) : *own;
}

bool Uncertainty::moves(std::string_view name, std::size_t option) const {
  return std::ranges::any_of(quantities, [&](const Quantity& quantity) {
    return quantity.option == option && quantity.name == name;
  });
}

Inputs Uncertainty::at(std::span<const double> scores) const {
  Inputs in = shape;
  for (const Quantity& quantity : quantities)
    quantity.place(in) = quantity.at(quantity.moved_by ? scores[*quantity.moved_by] : 0);
  complete(in);
  return in;
}

Inputs Uncertainty::medians() const {
  return at(std::vector<double>(unknowns.size(), 0.0));
}

Inputs Uncertainty::with(std::size_t unknown, double score) const {
  std::vector<double> scores(unknowns.size(), 0.0);
  scores[unknown] = score;
  return at(scores);
}

Uncertainty uncertainty_of(const cases::Case& c, const CapacityErrors& errors,
                           std::span<const double> kernel_doubts) {
  Uncertainty result;
  result.shape.hidden.resize(c.money.hidden_costs.size());
  result.shape.options.resize(c.options.size());
  if (c.hardware.owned) {
    result.shape.owned.years = c.hardware.owned->years;
    result.shape.owned.kilowatts = c.hardware.owned->power.value() / 1000;
  }
  Collector collect(result);
  for (std::size_t i = 0; i < c.options.size(); ++i)
    result.shape.options[i].pays_hidden_costs = pays_hidden_costs(c, c.options[i]);
  add_money(c, collect);
  add_hidden_costs(c, collect);
  // How near the device's kernels are to their medians is common to all schemes on it.
  collect.add("kernels of the device", "", factor(level_sigma(c.baseline.kernels), "data/kernels.toml"),
              [](Inputs& in) -> double& { return in.level; });
  collect.add("traffic sample", "", factor(errors.common, "samples of the same traffic"),
              [](Inputs& in) -> double& { return in.traffic; });
  collect.add("capacity of " + c.baseline.name, "",
              factor(errors.baseline, "width of the search by simulation"),
              [](Inputs& in) -> double& { return in.baseline.capacity; });
  for (std::size_t i = 0; i < c.options.size(); ++i)
    add_option(c, c.options[i], i, i < errors.options.size() ? errors.options[i] : 0,
               i < kernel_doubts.size() ? kernel_doubts[i] : 1, collect);
  correlate_hours(c.money.hours_correlation, result);
  return result;
}

double time_factor_sigma(const cases::Case& c, std::size_t option) {
  if (option == baseline_index) return level_sigma(c.baseline.kernels);
  const double elsewhere = c.options[option].hardware ? level_sigma(c.options[option].kernels) : 0;
  return std::hypot(level_sigma(c.baseline.kernels), relative_sigma(c, c.options[option]), elsewhere);
}

Inputs median_inputs(const cases::Case& c) {
  return uncertainty_of(c).medians();
}

cases::Case as_seen_by(const cases::Case& c, const cases::Option& option) {
  cases::Case seen = c;
  if (option.hardware) seen.hardware = *option.hardware;
  return seen;
}

}  // namespace bitworth::decision
