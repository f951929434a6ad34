#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "bitworth/report/screen.hpp"
#include "bitworth/serving/simulate.hpp"

namespace bitworth::cli {

/// A simulation as tables for people.
std::string to_text(const serving::Simulation&, const report::Screen&);

/// The same, whole, for programs. Seconds, shares and counts.
nlohmann::ordered_json to_json(const serving::Simulation&);

}  // namespace bitworth::cli
