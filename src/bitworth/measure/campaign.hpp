#pragma once

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"
#include "bitworth/measure/settings.hpp"

namespace bitworth::measure {

/// Quantizes the model, times it against its baseline, and returns all that was found. A run that died goes
/// on where its journal ends; once the evidence is safe, the caller removes the journal. Fails: before the
/// long work where that can be known (the model, the disk, the memory, the schemes), or when the user stops
/// it.
Result<cases::Evidence> run_campaign(Engine&, const Settings&, const Surroundings&);

}  // namespace bitworth::measure
