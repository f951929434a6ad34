#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/tensors.hpp"

namespace bitworth::formats {

/// What the files of a model tell, without the weights themselves.
struct ModelFiles {
  std::string path;
  std::string what;  ///< "config.json and 4 safetensors files", "GGUF in 2 parts"
  std::optional<llm::Architecture> architecture;          ///< absent: a warning says why
  std::optional<llm::TensorSummary> tensors;              ///< absent: only a config.json was read
  std::optional<llm::ExistingQuantization> quantization;  ///< absent: nothing is quantized
  std::string storage_type;                               ///< as config.json states it; empty: it does not
  std::vector<std::string> warnings;
};

/// Reads a config.json, a .safetensors file or their index, a .gguf file, or a folder with any of these.
/// Only headers are read. Fails: nothing there to read, or what is there cannot be read.
Result<ModelFiles> read_model(const std::string& path);

}  // namespace bitworth::formats
