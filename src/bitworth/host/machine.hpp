#pragma once

#include <string>

#include "bitworth/cases/evidence.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::host {

/// What this machine is, as its system tells; what it does not tell is empty or 0.
cases::Machine this_machine();

/// The threads that computing gains from: one a physical core, of those that this process may use.
int usable_cores();

/// Memory that a program can have without pushing others out, within the limits of its control group.
Bytes available_memory();

/// Processes that wanted to run in the last minute, on average.
double load_average();

}  // namespace bitworth::host
