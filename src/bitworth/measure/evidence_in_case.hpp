#pragma once

#include <string>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/case.hpp"
#include "bitworth/cases/evidence.hpp"
#include "bitworth/hardware/device.hpp"

namespace bitworth::measure {

/// The machine that was measured as a device of the id "host": its rates as probed with all the engine's
/// threads. Fails: the machine was not probed (a run with --quality-only).
Result<hardware::Device> host_device(const cases::Evidence&, const std::string& file_name);

/// Puts what was measured in the place of what is modelled: each option whose scheme was timed in the case's
/// engine on the case's device runs with kernels fitted to these times. Adds to the case's warnings what was
/// replaced, what could not be, and the measured divergence, which ranks formats but does not tell the loss
/// of accuracy. Evidence of the machine alone changes nothing.
void apply_evidence(const cases::Evidence&, const std::string& file_name, cases::Case&);

}  // namespace bitworth::measure
