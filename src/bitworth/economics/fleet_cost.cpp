#include "bitworth/economics/fleet_cost.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/units/quantity.hpp"

namespace bitworth::economics {
namespace {

constexpr double hours_a_month = one_month / one_hour;

}  // namespace

std::optional<FleetUse> use_fleet(double requests_per_second, double replica_requests_per_second,
                                  int gpus_per_replica, const FleetRules& rules, const LoadCurve& curve,
                                  int committed_gpus) {
  FleetUse use;
  double replicas_over_time = 0;
  for (const LoadCurve::Level& level : curve.levels) {
    const int replicas = replicas_needed(requests_per_second * level.load, replica_requests_per_second,
                                         rules.headroom, rules.min_replicas);
    const std::optional<Fleet> fleet = rent(replicas, gpus_per_replica, rules.instance_sizes);
    if (!fleet) return std::nullopt;
    const double gpus = fleet->gpus();
    use.mean_gpus += gpus * level.share;
    use.mean_beyond += std::max(0.0, gpus - committed_gpus) * level.share;
    replicas_over_time += replicas * level.share;
    use.peak = *fleet;  // levels ascend
  }
  use.utilization = requests_per_second / (replicas_over_time * replica_requests_per_second);
  return use;
}

FleetSaving saving(const FleetCost& before, const FleetCost& now, const GpuTerms& terms) {
  return {before.during - now.during, before.after - now.after, terms.committed_months};
}

double capital_per_hour(const OwnedGpu& gpu, double discount_rate) {
  const double growth = std::pow(1 + discount_rate, gpu.years);
  const double spent = gpu.price * (1 - gpu.residual_share / growth);
  const double recovery = discount_rate > 0 ? discount_rate * growth / (growth - 1) : 1 / gpu.years;
  return spent * recovery / 12 / hours_a_month;
}

double power_per_hour(const OwnedGpu& gpu) {
  return gpu.kilowatts * gpu.pue * gpu.dollars_per_kwh;
}

}  // namespace bitworth::economics
