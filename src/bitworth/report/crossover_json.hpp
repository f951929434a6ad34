#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/crossover.hpp"

namespace bitworth::report {

/// The answer of `bitworth crossover --json`; one entry for each option of the case.
nlohmann::ordered_json to_json(const cases::Case&, const roofline::LoadPoint&,
                               const std::vector<roofline::OptionCrossovers>&);

/// What was timed: names, load, warnings.
nlohmann::ordered_json load_json(const cases::Case&, const roofline::LoadPoint&);

/// Value, p10 and p90.
nlohmann::ordered_json json_of(const roofline::Speedup&);

}  // namespace bitworth::report
