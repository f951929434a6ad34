#pragma once

#include "bitworth/base/estimate.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::cases {

/// How GPUs are had.
enum class Tenure { on_demand, reserved, owned };

/// A GPU of one's own, with its part of the server.
struct OwnedGpu {
  Estimate price;           ///< dollars, new
  Estimate residual_share;  ///< of the price, after `years`
  double years = 4;
  Watts power;   ///< at the server's plug
  Estimate pue;  ///< the building's power over the servers'
  Estimate dollars_per_kwh;
};

}  // namespace bitworth::cases
