#pragma once

#include <optional>

#include "bitworth/llm/tensors.hpp"

namespace bitworth::formats {

/// Sets how many weights each tensor of a quantized checkpoint really holds: several in one packed integer,
/// none in scales and zero points. Assumes: 4 bits where packed weights occur but no width is stated.
void count_packed_weights(llm::TensorTable&, const std::optional<llm::ExistingQuantization>&);

}  // namespace bitworth::formats
