#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/estimate.hpp"

namespace bitworth::report {

/// The answer of `bitworth estimate --json`, all terms and constants included.
nlohmann::ordered_json to_json(const cases::Case&, const roofline::LoadPoint&,
                               const std::vector<roofline::OptionEstimate>&);

}  // namespace bitworth::report
