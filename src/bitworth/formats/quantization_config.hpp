#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bitworth/formats/json_fields.hpp"
#include "bitworth/llm/tensors.hpp"

namespace bitworth::formats {

/// What a config.json's quantization_config (or compression_config) says; absent: it has none. Throws
/// InputFailure: parts of the wrong kind. Warns of methods that are not known.
std::optional<llm::ExistingQuantization> read_quantization(const JsonFields& config,
                                                           std::vector<std::string>& warnings);

}  // namespace bitworth::formats
