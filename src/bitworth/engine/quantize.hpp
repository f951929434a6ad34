#pragma once

#include <cstdint>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"

namespace bitworth::engine {

/// Writes the recipe's target, byte for byte as llama-quantize of the same llama.cpp does. In this process.
/// Fails: with llama.cpp's own words; a part of the target may stay.
Result<void> quantize_here(const measure::Recipe&, int threads);

/// The size of the target, to some kilobytes. In this process.
Result<std::uint64_t> quantized_bytes_here(const measure::Recipe&);

}  // namespace bitworth::engine
