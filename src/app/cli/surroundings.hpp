#pragma once

#include "app/cli/progress_line.hpp"
#include "bitworth/measure/settings.hpp"

namespace bitworth::cli {

/// From now on the first Ctrl-C ends a measuring run in order, the second at once.
void listen_for_interrupts();

/// Whether there was one.
bool interrupted_by_user();

/// This machine, its clocks, and the line that tells of the run. Assumes: the line outlives it.
measure::Surroundings surroundings(ProgressLine&);

}  // namespace bitworth::cli
