#pragma once

#include <string>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"
#include "bitworth/measure/settings.hpp"

namespace bitworth::measure {

/// The machine's rates; tells of each as it comes. Fails: as the engine does.
Result<std::vector<cases::ProbedRate>> probe_rates(Engine&, const Surroundings&);

/// Evidence of the machine alone: its rates, and no model. Fails: as the engine does; stopped by the user.
Result<cases::Evidence> probe_machine(Engine&, const Surroundings&);

/// What casts doubt on timings before the first is taken: other programs at work. Sentences for people.
std::vector<std::string> doubts_about_load(const Surroundings&);

}  // namespace bitworth::measure
