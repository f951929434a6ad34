#pragma once

#include <utility>

#include "bitworth/decision/payoff.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision::tests {

inline Estimate exactly(double value) {
  return certain(value, Provenance::stated, "test");
}

/// The ideal case with a load that takes a fleet, and one option in FP8.
inline cases::Case busy_case() {
  cases::Case c = bitworth::tests::ideal_case();
  c.workload.requests_per_second = exactly(500);
  c.money.engineering_hours = exactly(1);
  c.money.engineer_price_per_hour = exactly(100);
  c.options = {bitworth::tests::ideal_fp8()};
  return c;
}

/// A case with its basis and payoffs, which refer to each other.
struct Asked {
  explicit Asked(cases::Case asked)
      : c(std::move(asked)),
        basis(prepare(c, CapacitySettings{.requests = 1000, .samples = 2})),
        payoffs(c, basis) {}
  Asked(cases::Case asked, CapacityTables capacities)
      : c(std::move(asked)), basis(prepare(c, std::move(capacities))), payoffs(c, basis) {}
  Payoff median(std::size_t option = 0) { return payoffs.one(median_inputs(c), option).value(); }
  Payoff with(const Inputs& in, std::size_t option = 0) { return payoffs.one(in, option).value(); }

  cases::Case c;
  Basis basis;
  Payoffs payoffs;
};

}  // namespace bitworth::decision::tests
