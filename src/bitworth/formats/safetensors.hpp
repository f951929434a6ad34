#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/llm/tensors.hpp"

namespace bitworth::formats {

/// The tensors of a safetensors file whose first bytes, its whole header at least, are given. The file name
/// appears in positions. Fails: offsets that overlap, leave gaps or miss the file's end; sizes that do not
/// fit shapes; unknown types.
Result<llm::TensorTable> read_safetensors(std::span<const std::byte> beginning, std::uint64_t file_bytes,
                                          const std::string& file_name);

/// The same of the file at the path, of which only the header is read.
Result<llm::TensorTable> read_safetensors_file(const std::string& path);

/// The shards that an index (model.safetensors.index.json) names, sorted. Fails: a name with a folder in it.
Result<std::vector<std::string>> read_safetensors_index(std::string_view text, const std::string& file_name);

struct ShardedTensors {
  llm::TensorTable tensors;
  std::size_t files = 0;
};

/// The tensors of every shard that the index at the path names. Fails: missing shards, by name.
Result<ShardedTensors> read_sharded_safetensors(const std::string& index_path);

/// The tensors of several files as one table. Fails: a tensor that two files hold.
Result<llm::TensorTable> read_safetensors_files(const std::vector<std::string>& paths);

}  // namespace bitworth::formats
