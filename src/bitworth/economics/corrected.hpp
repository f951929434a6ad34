#pragma once

#include <optional>
#include <string>

#include "bitworth/economics/article.hpp"
#include "bitworth/hardware/device.hpp"

namespace bitworth::economics {

// The better-founded twin of each of the article's functions, with the reason why it differs.

/// The step is bound by memory below the ridge point of the device and by compute from it on.
struct CorrectedBottleneck {
  Bottleneck bottleneck = Bottleneck::mixed;
  double tokens_per_step = 0;        ///< that the answer is for
  double ridge_tokens_per_step = 0;  ///< from which 16-bit weights are bound by compute
  std::string reason;
};

/// Of the weights' matrix multiplications at 16 bits; a prefill step is taken as full.
/// Assumes: the device has a 16-bit peak rate.
CorrectedBottleneck corrected_bottleneck(Phase, double batch_size, const hardware::Device&,
                                         double token_budget);

/// Speed-up of the whole when a share of today's time runs that much faster: 1 / ((1 - f) + f / s).
/// Source: Amdahl 1967.
double amdahl_speedup(double fraction, double speedup);

/// What it tends to as the share's own speed-up grows: 1 / (1 - f). Absent: without bound, f = 1.
std::optional<double> amdahl_cap(double fraction);

/// The share of the time that the memory-bound part still takes afterwards: (f / s) / ((1 - f) + f / s).
/// The article's formula is exact for this share.
double fraction_after(double fraction, double speedup);

/// The share of today's time that gives the speed-up of the whole; absent where none from 0 to 1 does.
std::optional<double> fraction_for(double whole_speedup, double speedup);

struct CorrectedRoi {
  double speedup = 1;
  std::optional<double> speedup_cap;  ///< absent: none
  double memory_bound_fraction_after = 0;
  double tps_after = 0;
  double cost_per_million_after = 0;             ///< dollars
  std::optional<double> cost_reduction_percent;  ///< absent: nothing is paid
  std::string recommendation;                    ///< the article's thresholds on this speed-up
  std::string reason;
};

CorrectedRoi corrected_roi(const RoiInput&);

/// When the money moves.
struct PaybackTiming {
  double delay_months = 0;     ///< before the first saving
  double discount_rate = 0;    ///< per year
  double horizon_months = 12;  ///< after which the model is replaced
};

Problems check(const PaybackTiming&);

struct CorrectedPayback {
  std::optional<double> payback_months;             ///< from the start, delay included; absent: never
  std::optional<double> discounted_payback_months;  ///< absent: never
  double year_1_net = 0;                            ///< dollars, undiscounted, after the delay
  double net_present_value = 0;                     ///< dollars, over the horizon
  std::string reason;
};

CorrectedPayback corrected_payback(const PaybackInput&, const PaybackTiming&);

}  // namespace bitworth::economics
