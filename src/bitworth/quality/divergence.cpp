#include "bitworth/quality/divergence.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::quality {
namespace {

constexpr double critical_z = 1.959963984540054;  // one-sided 0.025, as everywhere in this module

std::string points(double fraction) {
  return significant(fraction * 100, 2) + " pp";
}

}  // namespace

Screening screen(const cases::QualityEvidence& evidence, const cases::DivergenceScreen& limits,
                 double margin) {
  const cases::Divergence& divergence = *evidence.divergence;
  const double floor = evidence.noise_floor.value_or(limits.usual_noise_floor);
  const double error = divergence.standard_error.value_or(0) * limits.standard_error_factor;
  Screening result;
  result.within_noise = divergence.mean_kld < limits.floor_multiple * floor;
  const double sure = std::max(0.0, divergence.mean_kld - critical_z * error - floor);
  result.least_loss = std::min(1.0, sure * limits.least_loss_per_nat);
  result.rejects = !result.within_noise && result.least_loss > margin;
  const std::string kld = format("a KLD of {} nat", significant(divergence.mean_kld, 3));
  if (result.rejects) {
    result.reason = format("{} costs at least {} in the mildest published case, above the margin of {}", kld,
                           points(result.least_loss), points(margin));
  } else if (result.within_noise) {
    result.reason = format("{} is within the noise of the engine ({} nat); that does not accept it", kld,
                           significant(floor, 2));
  } else {
    result.reason = format("{} does not reject it, and cannot accept it", kld);
  }
  return result;
}

}  // namespace bitworth::quality
