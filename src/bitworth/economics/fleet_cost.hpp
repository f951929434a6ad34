#pragma once

#include <algorithm>
#include <optional>
#include <span>

#include "bitworth/economics/fleet.hpp"
#include "bitworth/economics/load_curve.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::economics {

/// How a fleet is sized, whatever serves on it.
struct FleetRules {
  double headroom = 1;  ///< share of a replica's capacity that is planned for
  int min_replicas = 1;
  std::span<const int> instance_sizes;
};

/// A fleet over a load curve.
struct FleetUse {
  Fleet peak;              ///< at the busiest time
  double mean_gpus = 0;    ///< over time
  double mean_beyond = 0;  ///< over time, of the GPUs beyond the committed ones
  double utilization = 0;  ///< the mean load over what the fleet could carry on average
};

/// Empty where no instance holds a replica. Cheap: one division for each level of the curve.
/// Assumes: rates above 0.
std::optional<FleetUse> use_fleet(double requests_per_second, double replica_requests_per_second,
                                  int gpus_per_replica, const FleetRules&, const LoadCurve&,
                                  int committed_gpus);

/// What GPUs cost, and how long some of them are paid for anyway. Dollars for a GPU and hour.
struct GpuTerms {
  double on_demand = 0;         ///< rented by the hour
  double committed = 0;         ///< of a reserved GPU, or the capital of an owned one; used or not
  double power = 0;             ///< of an owned GPU while it is on
  bool owned = false;           ///< what is needed beyond the committed GPUs is bought too, not rented
  int committed_gpus = 0;       ///< reserved or bought already
  double committed_months = 0;  ///< until these can be given back; before, giving one up saves its power only
};

/// Dollars per month.
struct FleetCost {
  double during = 0;  ///< while the commitment lasts
  double after = 0;   ///< from then on: what this fleet costs by itself
};
/// Here, so that a draw of many fleets costs no calls.
inline FleetCost price_fleet(const FleetUse& use, const GpuTerms& terms) {
  const double peak = use.peak.gpus(), held = terms.committed_gpus;
  const double power = terms.power * use.mean_gpus;
  double during = terms.committed * held + power, after = power;
  if (terms.owned) {
    during += terms.committed * std::max(0.0, peak - held);
    after += terms.committed * peak;
  } else {
    // A new commitment is no larger than the fleet, nor than the one before: beyond it the fleet is rented
    // by the hour, as now.
    during += terms.on_demand * use.mean_beyond;
    after += terms.committed * std::min(held, peak) + terms.on_demand * use.mean_beyond;
  }
  return {during * (one_month / one_hour), after * (one_month / one_hour)};
}

/// A saving that changes once: `during` a month up to `months`, `after` a month from then on.
struct FleetSaving {
  double during = 0;
  double after = 0;
  double months = 0;  ///< 0: `after` from the start
};
FleetSaving saving(const FleetCost& before, const FleetCost& now, const GpuTerms&);

/// A GPU that is bought, with its part of the server.
struct OwnedGpu {
  double price = 0;           ///< dollars
  double residual_share = 0;  ///< of the price, at the end
  double years = 1;           ///< until then
  double kilowatts = 0;       ///< at the server's plug
  double pue = 1;             ///< the building's power over the servers'
  double dollars_per_kwh = 0;
};

/// The equivalent annual cost by the hour: (price - residual / (1 + r)^n) r (1 + r)^n / ((1 + r)^n - 1).
/// Assumes: years above 0.
double capital_per_hour(const OwnedGpu&, double discount_rate);

double power_per_hour(const OwnedGpu&);

}  // namespace bitworth::economics
