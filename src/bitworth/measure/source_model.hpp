#pragma once

#include <cstdint>
#include <string>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/settings.hpp"

namespace bitworth::measure {

/// The file that everything is made of.
struct SourceModel {
  cases::MeasuredModel model;
  std::string scheme;  ///< that it has itself, where that is a 16-bit one; else empty
  std::uint64_t file_bytes = 0;
  int max_context = 0;  ///< tokens that the model was trained for; 0: unknown
};

/// Reads the file's header and the hash of all of it.
/// Fails: not a GGUF file, cut short, quantized already (unless the settings allow that), in several parts.
Result<SourceModel> read_source(const Settings&, const Surroundings&);

}  // namespace bitworth::measure
