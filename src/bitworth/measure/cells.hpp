#pragma once

#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"
#include "bitworth/measure/settings.hpp"

namespace bitworth::measure {

/// What is timed of a model trained for so many tokens (0: unknown): one prompt, and decoding at every batch
/// and depth, one pass each.
std::vector<cases::TimingCell> cells_to_time(const Settings&, int max_context);

/// Seconds of one pass of each cell, roughly. Fails: as the engine does.
Result<std::vector<double>> try_cells(Engine&, const std::vector<cases::TimingCell>&,
                                      const std::string& path);

/// The cells with so many repeats that each sample takes long enough to be timed well.
std::vector<cases::TimingCell> with_repeats(std::vector<cases::TimingCell>,
                                            const std::vector<double>& pass_seconds);

/// Seconds that each cell takes of one file in a block, warm-up and filling the cache included, roughly.
double seconds_of_one_file(const std::vector<cases::TimingCell>&, const std::vector<double>& pass_seconds);

}  // namespace bitworth::measure
