#pragma once

#include <cstdint>
#include <string_view>

namespace bitworth::formats {

/// A storage type of ggml: so many weights of one row in a block of so many bytes, scales included.
struct GgmlType {
  std::uint32_t id;
  std::string_view name;
  std::uint64_t block_weights;
  std::uint64_t block_bytes;
};

/// Null: ggml has, or had, no type of that number that bitworth knows.
const GgmlType* ggml_type(std::uint32_t id);

/// Whether ggml once had the type of that number and dropped it.
bool is_dropped_ggml_type(std::uint32_t id);

}  // namespace bitworth::formats
