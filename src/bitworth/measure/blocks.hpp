#pragma once

#include <string>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"
#include "bitworth/measure/journal.hpp"
#include "bitworth/measure/settings.hpp"

namespace bitworth::measure {

/// The cells of the run: those of the journal if it has some, else those of a trial, which it then has.
/// `paths[0]` is the baseline. Announces about how long the blocks will take.
Result<std::vector<cases::TimingCell>> settle_cells(Engine&, const Settings&, const Surroundings&, Journal&,
                                                    const std::string& baseline_path, std::size_t files,
                                                    int max_context);

/// Takes blocks of timings, each in a fresh process, until every ratio is precise enough or the budget ends,
/// and adds them to the evidence, which has its files and cells already. Blocks of the journal count.
/// Fails: as the engine does, or stopped by the user; the journal then has every whole block.
Result<void> take_blocks(Engine&, const Settings&, const Surroundings&, Journal&,
                         const std::vector<std::string>& paths, bool keep_loaded, cases::Evidence&);

/// What a run says that the user stopped.
Error stopped_by_user();

}  // namespace bitworth::measure
