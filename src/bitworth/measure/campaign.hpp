#pragma once

#include "bitworth/base/error.hpp"
#include "bitworth/measure/comparison.hpp"
#include "bitworth/measure/engine.hpp"
#include "bitworth/measure/settings.hpp"

namespace bitworth::measure {

struct Campaign {
  cases::Evidence evidence;
  FileScores scores;  ///< by file; empty: quality was not compared
};

/// Quantizes the model, times it against its baseline, and returns all that was found. A run that died goes
/// on where its journal ends; once the evidence is safe, the caller removes the journal. Fails: before the
/// long work where that can be known (the model, the disk, the memory, the schemes), or when the user stops
/// it.
Result<Campaign> run_campaign(Engine&, const Settings&, const Surroundings&);

}  // namespace bitworth::measure
