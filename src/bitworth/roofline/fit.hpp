#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "bitworth/cases/fit_points.hpp"
#include "bitworth/hardware/kernels.hpp"

namespace bitworth::roofline {

/// The logarithms of predicted over measured time that a kernel's constants leave, one a measurement.
using LogErrors = std::function<std::vector<double>(const hardware::Kernel&)>;

/// How far predictions are from measurements.
struct FitError {
  double mean_abs_log = 0;
  double p90_abs_log = 0;
};

struct KernelFit {
  hardware::Kernel kernel;  ///< launch, shares and corner fitted, the rest as it was
  std::size_t points = 0;
  FitError error;
  FitError before;  ///< of the constants that it started from
};

/// Fewer measurements than these say too little of four constants.
inline constexpr std::size_t least_timings = 12, least_runs = 4;

/// Launch, both shares and the corner that leave the least errors of the logarithms, squared while small and
/// straight beyond 10 %, by Nelder-Mead from the given constants; same input, same answer. A weak pull
/// towards the start (a factor e weighs as much as one measurement that is 10 % off) settles what the
/// measurements leave open.
KernelFit fit_kernel(const hardware::Kernel& start, const LogErrors&);

/// Fits the group's kernel. Fails: too few measurements, or all of one size.
std::expected<KernelFit, std::string> fit_group(const cases::FitGroup&, const hardware::KernelTables&);

/// Where the function is least near the start, by Nelder and Mead's simplex. `steps`: its first edges.
/// Source: Nelder and Mead, The Computer Journal 7 (1965), with their coefficients.
std::vector<double> minimize(const std::function<double(const std::vector<double>&)>&,
                             std::vector<double> start, const std::vector<double>& steps, int evaluations);

}  // namespace bitworth::roofline
