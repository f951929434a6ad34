#include "bitworth/formats/safetensors.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <tuple>
#include <unordered_set>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/json_scanner.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr std::uint64_t length_bytes = 8;
// The limit of the format's own reader.
constexpr std::uint64_t largest_header = 100'000'000;
constexpr std::uint64_t largest_index = 256 << 20;
constexpr std::size_t most_tensors = 1'000'000;
constexpr std::size_t most_dimensions = 16;

struct DataType {
  std::string_view name;
  std::uint64_t bits;
};

constexpr DataType data_types[] = {
    {"BF16", 16},   {"F16", 16}, {"F32", 32},        {"F64", 64},        {"F8_E4M3", 8}, {"F8_E5M2", 8},
    {"F8_E8M0", 8}, {"F4", 4},   {"F6_E2M3", 6},     {"F6_E3M2", 6},     {"I8", 8},      {"U8", 8},
    {"BOOL", 8},    {"I16", 16}, {"U16", 16},        {"I32", 32},        {"U32", 32},    {"I64", 64},
    {"U64", 64},    {"C64", 64}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8},
};

struct Entry {
  llm::TensorInfo tensor;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// One file's header: what it says, held against the file's size.
class HeaderReader {
 public:
  HeaderReader(std::string_view json, const std::string& file_name, std::uint64_t data_bytes)
      : in_(json, file_name), file_name_(file_name), data_bytes_(data_bytes) {}

  std::vector<llm::TensorInfo> tensors() {
    in_.open('{');
    while (in_.next('}')) {
      const std::string_view name = in_.key();
      if (name == "__metadata__") {
        in_.skip();
        continue;
      }
      if (entries_.size() == most_tensors) in_.fail(format("more than {} tensors", most_tensors));
      entries_.push_back(entry(std::string(name)));
    }
    in_.finish();
    check_offsets();
    check_names();
    std::vector<llm::TensorInfo> result;
    result.reserve(entries_.size());
    for (Entry& e : entries_) result.push_back(std::move(e.tensor));
    return result;
  }

 private:
  Entry entry(std::string name) {
    Entry result;
    std::optional<DataType> type;
    bool has_shape = false, has_offsets = false;
    in_.open('{');
    while (in_.next('}')) {
      const std::string_view key = in_.key();
      if (key == "dtype") {
        type = data_type(name);
      } else if (key == "shape") {
        result.tensor.shape = shape(name);
        has_shape = true;
      } else if (key == "data_offsets") {
        std::tie(result.begin, result.end) = offsets(name);
        has_offsets = true;
      } else {
        in_.skip();
      }
    }
    if (!type || !has_shape || !has_offsets) {
      in_.fail(format("tensor {} lacks its {}", shown(name),
                      !type        ? "dtype"
                      : !has_shape ? "shape"
                                   : "data_offsets"));
    }
    result.tensor.type = type->name;
    set_sizes(result, name, type->bits);
    result.tensor.name = std::move(name);
    return result;
  }

  DataType data_type(const std::string& name) {
    const std::string_view wanted = in_.string();
    const auto found = std::ranges::find(data_types, wanted, &DataType::name);
    if (found == std::end(data_types))
      fail(ErrorKind::unsupported,
           format("tensor {} has the type {}, which is not known", shown(name), shown(wanted)));
    return *found;
  }

  std::vector<std::uint64_t> shape(const std::string& name) {
    std::vector<std::uint64_t> result;
    in_.open('[');
    while (in_.next(']')) {
      if (result.size() == most_dimensions)
        in_.fail(format("tensor {} has more than {} dimensions", shown(name), most_dimensions));
      result.push_back(in_.whole_number());
    }
    return result;
  }

  std::pair<std::uint64_t, std::uint64_t> offsets(const std::string& name) {
    std::uint64_t values[2] = {};
    std::size_t count = 0;
    in_.open('[');
    while (in_.next(']')) {
      if (count == 2) in_.fail(format("tensor {} has more than two data_offsets", shown(name)));
      values[count++] = in_.whole_number();
    }
    if (count < 2) in_.fail(format("tensor {} has fewer than two data_offsets", shown(name)));
    if (values[1] < values[0]) in_.fail(format("tensor {} ends before it begins", shown(name)));
    return {values[0], values[1]};
  }

  void set_sizes(Entry& e, const std::string& name, std::uint64_t bits) {
    std::uint64_t weights = 1, all_bits = 0;
    for (const std::uint64_t extent : e.tensor.shape) {
      if (!multiply(weights, extent, weights))
        in_.fail(format("tensor {} has a shape beyond 64 bits", shown(name)));
    }
    if (!multiply(weights, bits, all_bits))
      in_.fail(format("tensor {} has a shape beyond 64 bits", shown(name)));
    e.tensor.bytes = e.end - e.begin;
    if (all_bits / 8 != e.tensor.bytes || all_bits % 8 != 0) {
      in_.fail(format("tensor {} has {} bytes of data, but its shape and type need {}", shown(name),
                      e.tensor.bytes, all_bits / 8 + (all_bits % 8 != 0)));
    }
    e.tensor.weights = weights;
  }

  // The format wants the data covered from end to end, without gaps.
  void check_offsets() {
    std::vector<const Entry*> sorted;
    sorted.reserve(entries_.size());
    for (const Entry& e : entries_) sorted.push_back(&e);
    std::ranges::sort(sorted, {}, [](const Entry* e) { return std::pair(e->begin, e->end); });
    std::uint64_t at = 0;
    const std::string* previous = nullptr;
    for (const Entry* e : sorted) {
      const std::string name = e->begin == at ? "" : shown(e->tensor.name);
      if (e->begin < at) fail(ErrorKind::malformed, format("tensor {} overlaps {}", name, shown(*previous)));
      if (e->begin > at)
        fail(ErrorKind::malformed, format("{} bytes before tensor {} belong to none", e->begin - at, name));
      at = e->end;
      previous = &e->tensor.name;
    }
    if (at > data_bytes_) {
      fail(ErrorKind::malformed,
           format("the tensors need {} bytes, but {} follow the header", at, data_bytes_),
           "the file is incomplete: download it again");
    }
    if (at < data_bytes_)
      fail(ErrorKind::malformed, format("{} bytes after the last tensor belong to none", data_bytes_ - at));
  }

  void check_names() {
    std::unordered_set<std::string_view> names;
    names.reserve(entries_.size());
    for (const Entry& e : entries_) {
      if (!names.insert(e.tensor.name).second)
        fail(ErrorKind::malformed, format("tensor {} occurs twice", shown(e.tensor.name)));
    }
  }

  [[noreturn]] void fail(ErrorKind kind, std::string message, std::string hint = {}) const {
    formats::fail(kind, {file_name_, 0, 0}, std::move(message), std::move(hint));
  }

  JsonScanner in_;
  const std::string& file_name_;
  std::uint64_t data_bytes_;
  std::vector<Entry> entries_;
};

std::uint64_t header_length(std::span<const std::byte> beginning, std::uint64_t file_bytes,
                            const std::string& file_name) {
  if (beginning.size() < length_bytes || file_bytes < length_bytes)
    fail(ErrorKind::malformed, {file_name, 0, 0}, "too short for a safetensors file");
  std::uint64_t length = 0;
  for (std::size_t i = length_bytes; i-- > 0;)
    length = length << 8 | std::to_integer<std::uint64_t>(beginning[i]);
  if (length > largest_header) {
    fail(ErrorKind::malformed, {file_name, 0, 0},
         format("its header would have {} bytes; the limit is {}", length, largest_header),
         "is it a safetensors file?");
  }
  if (length > file_bytes - length_bytes) {
    fail(ErrorKind::malformed, {file_name, 0, 0},
         format("its header would have {} bytes, but {} follow", length, file_bytes - length_bytes),
         "the file is incomplete: download it again");
  }
  return length;
}

llm::TensorTable table_of(std::span<const std::byte> beginning, std::uint64_t file_bytes,
                          const std::string& file_name) {
  const std::uint64_t length = header_length(beginning, file_bytes, file_name);
  if (beginning.size() - length_bytes < length)
    fail(ErrorKind::malformed, {file_name, 0, 0}, "the header goes on beyond the bytes given");
  const auto json = beginning.subspan(length_bytes, length);
  llm::TensorTable table;
  table.header_bytes = length_bytes + length;
  table.file_bytes = file_bytes;
  table.tensors = HeaderReader({reinterpret_cast<const char*>(json.data()), json.size()}, file_name,
                               file_bytes - table.header_bytes)
                      .tensors();
  return table;
}

llm::TensorTable table_of_file(const std::string& path) {
  FileBytes file(path);
  const std::uint64_t length =
      header_length(file.beginning(std::min(length_bytes, file.size())), file.size(), path);
  return table_of(file.beginning(length_bytes + length), file.size(), path);
}

void append(llm::TensorTable& all, llm::TensorTable shard) {
  all.header_bytes += shard.header_bytes;
  all.padding_bytes += shard.padding_bytes;
  all.file_bytes += shard.file_bytes;
  all.tensors.insert(all.tensors.end(), std::make_move_iterator(shard.tensors.begin()),
                     std::make_move_iterator(shard.tensors.end()));
}

llm::TensorTable table_of_files(const std::vector<std::string>& paths) {
  llm::TensorTable all;
  for (const std::string& path : paths) append(all, table_of_file(path));
  std::unordered_set<std::string_view> names;
  names.reserve(all.tensors.size());
  for (const llm::TensorInfo& tensor : all.tensors) {
    if (!names.insert(tensor.name).second) {
      fail(ErrorKind::inconsistent, {paths.front(), 0, 0},
           format("tensor {} is in this file and in another beside it", shown(tensor.name)),
           "name the one file that is meant");
    }
  }
  return all;
}

std::string checked_shard(std::string_view name, const JsonScanner& in) {
  if (!name.ends_with(".safetensors") || name.find_first_of(std::string_view("/\\\0", 3)) != name.npos)
    in.fail(format("\"{}\" is not the name of a shard beside the index", shown(name)));
  return std::string(name);
}

std::vector<std::string> shards_of_index(std::string_view text, const std::string& file_name) {
  JsonScanner in(text, file_name);
  std::vector<std::string> shards;
  bool found = false;
  in.open('{');
  while (in.next('}')) {
    if (in.key() != "weight_map") {
      in.skip();
      continue;
    }
    found = true;
    in.open('{');
    while (in.next('}')) {
      in.key();
      const std::string_view shard = in.string();
      // Neighbours mostly share their shard.
      if (shards.empty() || shards.back() != shard) shards.push_back(checked_shard(shard, in));
    }
  }
  in.finish();
  if (!found || shards.empty()) in.fail("it has no weight_map that names shards");
  std::ranges::sort(shards);
  const auto repeated = std::ranges::unique(shards);
  shards.erase(repeated.begin(), repeated.end());
  return shards;
}

std::vector<std::string> present_shards(const std::string& index_path,
                                        const std::vector<std::string>& shards) {
  const std::filesystem::path folder = std::filesystem::path(index_path).parent_path();
  std::vector<std::string> paths, missing;
  for (const std::string& shard : shards) {
    std::error_code problem;
    paths.push_back((folder / shard).string());
    if (!std::filesystem::exists(paths.back(), problem)) missing.push_back(shown(shard));
  }
  if (missing.empty()) return paths;
  constexpr std::size_t most_named = 5;
  const std::size_t count = missing.size();
  if (count > most_named) {
    missing.resize(most_named);
    missing.push_back(format("{} more", count - most_named));
  }
  fail(ErrorKind::io, {index_path, 0, 0},
       format("{} of its {} shards {} missing: {}", count, shards.size(), count == 1 ? "is" : "are",
              listed(missing)),
       "download them, or give the config.json alone");
}

}  // namespace

Result<llm::TensorTable> read_safetensors(std::span<const std::byte> beginning, std::uint64_t file_bytes,
                                          const std::string& file_name) try {
  return table_of(beginning, file_bytes, file_name);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<llm::TensorTable> read_safetensors_file(const std::string& path) try {
  return table_of_file(path);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<std::vector<std::string>> read_safetensors_index(std::string_view text,
                                                        const std::string& file_name) try {
  return shards_of_index(text, file_name);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<ShardedTensors> read_sharded_safetensors(const std::string& index_path) try {
  const std::vector<std::string> shards =
      shards_of_index(read_text_file(index_path, largest_index), index_path);
  return ShardedTensors{table_of_files(present_shards(index_path, shards)), shards.size()};
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<llm::TensorTable> read_safetensors_files(const std::vector<std::string>& paths) try {
  return table_of_files(paths);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

}  // namespace bitworth::formats
