#include "bitworth/base/estimate.hpp"

#include <cmath>
#include <utility>

namespace bitworth {
namespace {

constexpr double z90 = 1.2815515655446004;  // the 90th percentile of the standard normal

}  // namespace

std::string_view to_text(Provenance provenance) {
  switch (provenance) {
    case Provenance::exact:
      return "exact";
    case Provenance::measured:
      return "measured";
    case Provenance::imported:
      return "imported";
    case Provenance::modelled:
      return "modelled";
    case Provenance::stated:
      return "stated";
    case Provenance::prior:
      return "prior";
  }
  return "";
}

Estimate certain(double value, Provenance provenance, std::string source, std::string date) {
  return {value, value, value, provenance, std::move(source), std::move(date)};
}

double at_normal_score(const Estimate& estimate, double z) {
  const double side = z < 0 ? estimate.p10 : estimate.p90;
  const double steps = std::abs(z) / z90;
  if (estimate.p10 > 0 && estimate.value > 0 && estimate.p90 > 0)
    return estimate.value * std::pow(side / estimate.value, steps);
  return estimate.value + (side - estimate.value) * steps;
}

}  // namespace bitworth
