#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/tensors.hpp"

namespace bitworth::formats {

/// What a Hugging Face config.json says of a language model.
struct ModelConfig {
  std::string model_type;  ///< of the language model where the file nests several
  llm::Architecture architecture;
  std::optional<llm::ExistingQuantization>
      quantization;          ///< from quantization_config, never from torch_dtype
  std::string storage_type;  ///< torch_dtype: "bfloat16"; may be empty
  std::vector<std::string> warnings;
};

/// Reads a config.json of at most 1 MiB. An unknown model_type is read like a Llama, with a warning, if it
/// has the keys. Fails: missing keys, all of them named; values out of range; dimensions that contradict each
/// other.
Result<ModelConfig> read_config_json(std::string_view text, const std::string& file_name);

/// The same of the file at the path.
Result<ModelConfig> read_config_json_file(const std::string& path);

}  // namespace bitworth::formats
