#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/measured_pair.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth::formats {

/// Published pairs of a file, resolved against the catalog.
struct MeasuredPairs {
  std::vector<cases::ResolvedPair> pairs;
  std::vector<cases::RefusedPair> refused;
};

/// Reads lines of JSON, one pair each, or (where the first line is a header) CSV of the time per output token
/// of two formats at one batch. Unknown keys and columns are ignored; a bad line is refused, the others
/// count. Assumes of CSV, which does not say: TensorRT-LLM keeps its KV cache at 8 bits, others at 16. Fails:
/// no such file, larger than 256 MB, no pair in it.
Result<MeasuredPairs> read_measured_pairs(const std::string& path, const Catalog&);

/// The same of a text.
MeasuredPairs parse_measured_pairs(std::string_view text, const Catalog&);

}  // namespace bitworth::formats
