#pragma once

#include <string>

#include "app/cli/command.hpp"

namespace bitworth::cli {

/// Serves the requests of a recorded vLLM run in simulation, and sets what users would have seen beside what
/// they saw. `device`: its name where the run does not record it, else empty.
Answer validate_run(const std::string& folder, const std::string& device);

}  // namespace bitworth::cli
