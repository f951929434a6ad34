#pragma once

#include <optional>
#include <span>
#include <vector>

namespace bitworth::stats {

/// The p-quantile of a sample by linear interpolation between order statistics (type 7). Empty sample:
/// absent.
std::optional<double> quantile(std::vector<double> sample, double p);

/// Several quantiles of one sample, which is sorted once. Assumes: sample not empty, each p in 0..1.
std::vector<double> quantiles(std::vector<double> sample, std::span<const double> ps);

}  // namespace bitworth::stats
