#pragma once

#include <string>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/estimate.hpp"

namespace bitworth::report {

/// The page of `bitworth estimate`: all options side by side.
std::string to_text(const cases::Case&, const roofline::LoadPoint&,
                    const std::vector<roofline::OptionEstimate>&);

/// The terms that one option's times are made of, with the constants behind them: --explain.
std::string explained(const cases::Case&, const roofline::OptionEstimate&);

}  // namespace bitworth::report
