#pragma once

#include <cstddef>
#include <cstdlib>
#include <span>
#include <string_view>

#include "bitworth/formats/config_json.hpp"
#include "bitworth/formats/gguf.hpp"
#include "bitworth/formats/safetensors.hpp"

namespace bitworth::tests {

/// What must hold for every input: no crash, and what is accepted adds up. One function per format; the
/// fuzzers and the replay of the corpus call the same.

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline void fuzz_safetensors(std::span<const std::byte> bytes) {
  const auto table = formats::read_safetensors(bytes, bytes.size(), "fuzz");
  if (table) require(llm::summarize(*table).total_bytes() == bytes.size());
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto shards = formats::read_safetensors_index(text, "fuzz");
  if (shards) require(!shards->empty());
}

inline void fuzz_gguf(std::span<const std::byte> bytes) {
  const auto file = formats::read_gguf(bytes, bytes.size(), "fuzz");
  if (!file) return;
  require(llm::summarize(file->tensors).total_bytes() == bytes.size());
  const formats::GgufArchitecture found = formats::architecture_of(*file);
  require(found.architecture || !found.warnings.empty());
  if (found.architecture) require(llm::count_parameters(*found.architecture).total() > 0);
}

inline void fuzz_config_json(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto config = formats::read_config_json(text, "fuzz");
  if (config) require(llm::count_parameters(config->architecture).total() > 0);
}

}  // namespace bitworth::tests
