#pragma once

#include <cstdint>
#include <vector>

#include "bitworth/measure/engine.hpp"

namespace bitworth::measure {

/// The turns of a block: every file in every cell once, in an order drawn anew for each block. With all files
/// loaded, the files of one cell follow each other at once; else each file has its cells together, so that it
/// is loaded once. Same seed and block, same order.
std::vector<Turn> block_turns(std::uint64_t seed, int block, std::size_t files, std::size_t cells,
                              bool keep_loaded);

}  // namespace bitworth::measure
