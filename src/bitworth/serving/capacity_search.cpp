#include "bitworth/serving/capacity_search.hpp"

#include <cmath>
#include <limits>

namespace bitworth::serving {
namespace {

// Doublings or halvings before the search gives up: a factor of a million either way.
constexpr int most_doublings = 20;

double percentile_of(const Simulation& simulation, const Requirement& requirement) {
  const LogHistogram* histogram = nullptr;
  switch (requirement.measure) {
    case Requirement::Measure::ttft:
      histogram = &simulation.histograms.ttft;
      break;
    case Requirement::Measure::tpot:
      histogram = &simulation.histograms.tpot;
      break;
    case Requirement::Measure::e2e:
      histogram = &simulation.histograms.e2e;
      break;
  }
  return histogram->quantile(requirement.percentile).value_or(0);
}

}  // namespace

std::string to_text(Requirement::Measure measure) {
  switch (measure) {
    case Requirement::Measure::ttft:
      return "TTFT";
    case Requirement::Measure::tpot:
      return "TPOT";
    case Requirement::Measure::e2e:
      return "E2E";
  }
  return "";
}

std::optional<Requirement> missed(const Simulation& simulation, const std::vector<Requirement>& requirements,
                                  double rejected_share) {
  for (const Requirement& requirement : requirements) {
    if (rejected_share > 1 - requirement.percentile) return requirement;
    if (percentile_of(simulation, requirement) > requirement.limit.value()) return requirement;
  }
  return std::nullopt;
}

ServingCapacity search_capacity(const workload::Trace& trace, const StepTable& table,
                                const CapacitySearch& search) {
  const double own_rate = trace.requests_per_second();
  ServingCapacity result{PerSecond(0), PerSecond(std::numeric_limits<double>::infinity()), std::nullopt, 0};
  SimulationSettings settings = search.settings;
  const auto meets = [&](double rate) {
    settings.arrival_stretch = own_rate / rate;
    const Simulation simulation = simulate(trace, table, settings);
    ++result.simulations;
    const double rejected =
        static_cast<double>(simulation.totals.rejected) / static_cast<double>(trace.size());
    const auto miss = missed(simulation, search.requirements, rejected);
    if (miss) {
      result.lowest_missed = PerSecond(rate);
      result.first_missed = miss;
    } else {
      result.highest_met = PerSecond(rate);
    }
    return !miss;
  };
  double rate = search.first_guess.value();
  const bool grows = meets(rate);
  for (int i = 0; i < most_doublings; ++i) {
    rate *= grows ? 2 : 0.5;
    if (meets(rate) != grows) break;
  }
  if (result.highest_met.value() <= 0 || !std::isfinite(result.lowest_missed.value())) return result;
  while (result.lowest_missed.value() > result.highest_met.value() * (1 + search.precision))
    meets(std::sqrt(result.highest_met.value() * result.lowest_missed.value()));
  return result;
}

}  // namespace bitworth::serving
