#pragma once

#include "bitworth/cases/quality_evidence.hpp"

namespace bitworth::quality {

/// Two-sided probabilities of so uneven a split were both models equally good. Shown, never decided on: that
/// no change is seen does not say that there is none.
struct McNemar {
  double exact = 1;
  double mid_p = 1;  ///< 1 where no item is discordant
};

/// Source: Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology 13:91.
McNemar mcnemar(const cases::PairedCounts&);

}  // namespace bitworth::quality
