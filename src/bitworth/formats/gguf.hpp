#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/tensors.hpp"

namespace bitworth::formats {

/// An array of a GGUF file's metadata. Of long arrays and of texts only the length is kept.
struct GgufArray {
  std::uint64_t length = 0;
  std::vector<double> numbers;  ///< empty, or all of them
};

using GgufValue = std::variant<double, bool, std::string, GgufArray>;

/// A GGUF file without its data.
struct GgufFile {
  std::map<std::string, GgufValue, std::less<>> metadata;
  llm::TensorTable tensors;

  /// Nothing where the key is absent or of another kind.
  std::optional<double> number(std::string_view key) const;
  std::string text(std::string_view key) const;
  const GgufArray* array(std::string_view key) const;
};

/// The GGUF file, version 2 or 3, whose first bytes, all of its metadata at least, are given. The file name
/// appears in positions. Fails: counts, sizes and offsets that do not fit the file; unknown tensor types.
Result<GgufFile> read_gguf(std::span<const std::byte> beginning, std::uint64_t file_bytes,
                           const std::string& file_name);

/// The same of the file at the path. Of a split file ("-00001-of-00003.gguf") any part stands for all:
/// metadata of the first, tensors of all. Fails: missing parts, by name.
Result<GgufFile> read_gguf_file(const std::string& path);

/// What the metadata and, where they are silent, the tensors tell of the network.
struct GgufArchitecture {
  std::optional<llm::Architecture> architecture;  ///< absent: the warnings say what is missing
  std::vector<std::string> warnings;
};
GgufArchitecture architecture_of(const GgufFile&);

}  // namespace bitworth::formats
