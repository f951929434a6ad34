#pragma once

#include <string>

#include "bitworth/base/error.hpp"
#include "bitworth/llm/architecture.hpp"

namespace bitworth::engine {

/// Writes a model of that shape with random 16-bit (bf16) weights and no tokens' texts, to time what one does
/// not have. Same architecture, same bytes. Fails: a shape that llama.cpp's plain transformer does not have
/// (latent attention, shared experts, sliding windows); the disk is full, and a part of the file may stay.
Result<void> write_random_model(const llm::Architecture&, const std::string& path);

}  // namespace bitworth::engine
