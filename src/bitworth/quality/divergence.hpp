#pragma once

#include <string>

#include "bitworth/cases/quality_evidence.hpp"

namespace bitworth::quality {

/// What a measured KLD says. It may reject, never accept: near the baseline it tells how much answers differ,
/// not whether they are worse.
struct Screening {
  bool rejects = false;
  bool within_noise = false;  ///< not told from the engine's own noise
  double least_loss = 0;      ///< accuracy that the mildest published case loses at such a KLD, from 0 on
  std::string reason;
};

/// Rejects where even the low end of the KLD, less its noise floor, costs more than the margin in the mildest
/// published case. Assumes: the evidence has a divergence.
Screening screen(const cases::QualityEvidence&, const cases::DivergenceScreen&, double margin);

}  // namespace bitworth::quality
