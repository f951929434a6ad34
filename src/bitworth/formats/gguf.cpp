#include "bitworth/formats/gguf.hpp"

#include <algorithm>
#include <bit>
#include <filesystem>
#include <unordered_set>

#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/ggml_type.hpp"
#include "bitworth/formats/gguf_cursor.hpp"

namespace bitworth::formats {
namespace {

constexpr std::uint32_t magic = 0x46554747;                  // "GGUF"
constexpr std::uint64_t least_value_bytes = 8 + 4 + 1;       // key length, type, the smallest value
constexpr std::uint64_t least_tensor_bytes = 8 + 4 + 4 + 8;  // name length, dimensions, type, offset
// Real files have fewer than a hundred keys and ten thousand tensors; the limits bound memory.
constexpr std::uint64_t most_values = 100'000;
constexpr std::uint64_t most_tensors = 1'000'000;
constexpr std::uint64_t longest_name = 1024;
constexpr std::uint64_t longest_text = 64 << 20;
constexpr std::size_t longest_kept_text = 256;
constexpr std::size_t longest_kept_array = 4096;
constexpr std::size_t most_kept_numbers = 500'000;
constexpr std::uint32_t most_dimensions = 4;
constexpr std::uint64_t largest_alignment = 1 << 20;
constexpr std::uint64_t largest_header = 1 << 30;

enum class ValueType : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, text, array, u64, i64, f64 };

std::uint64_t least_bytes(ValueType type) {
  switch (type) {
    case ValueType::u8:
    case ValueType::i8:
    case ValueType::boolean:
      return 1;
    case ValueType::u16:
    case ValueType::i16:
      return 2;
    case ValueType::u32:
    case ValueType::i32:
    case ValueType::f32:
      return 4;
    default:
      return 8;
  }
}

struct Entry {
  llm::TensorInfo tensor;
  std::uint64_t offset = 0;
};

class GgufReader {
 public:
  GgufReader(std::span<const std::byte> beginning, std::uint64_t file_bytes, const std::string& file_name)
      : in_(beginning, file_bytes, file_name), file_bytes_(file_bytes) {}

  GgufFile file() {
    read_magic();
    const auto tensor_count = in_.read<std::uint64_t>("the number of tensors");
    const auto value_count = in_.read<std::uint64_t>("the number of metadata values");
    in_.need_room(tensor_count, least_tensor_bytes, "tensors");
    in_.need_room(value_count, least_value_bytes, "metadata values");
    if (tensor_count > most_tensors)
      in_.fail(format("{} tensors; the limit is {}", tensor_count, most_tensors));
    if (value_count > most_values)
      in_.fail(format("{} metadata values; the limit is {}", value_count, most_values));
    for (std::uint64_t i = 0; i < value_count; ++i) read_metadata();
    for (std::uint64_t i = 0; i < tensor_count; ++i) entries_.push_back(read_tensor());
    place_tensors();
    return std::move(file_);
  }

 private:
  void read_magic() {
    if (in_.read<std::uint32_t>("the magic number") != magic)
      in_.unsupported("not a GGUF file: it does not begin with \"GGUF\"");
    const auto version = in_.read<std::uint32_t>("the version");
    if (version == 2 || version == 3) return;
    if (version == 0x02000000 || version == 0x03000000)
      in_.unsupported("a big-endian GGUF file", "convert it with gguf_convert_endian.py of llama.cpp");
    if (version == 1) in_.unsupported("GGUF version 1", "convert the model anew");
    in_.unsupported(format("GGUF version {}; 2 and 3 are known", version));
  }

  void read_metadata() {
    const std::string key(in_.text(longest_name, "a metadata key"));
    GgufValue value = read_value(read_type(key), key);
    if (!file_.metadata.emplace(key, std::move(value)).second)
      in_.fail(format("the key {} occurs twice", shown(key)));
  }

  ValueType read_type(const std::string& key) {
    const auto number = in_.read<std::uint32_t>("a value's type");
    if (number > static_cast<std::uint32_t>(ValueType::f64))
      in_.fail(format("{} has the value type {}, which GGUF does not define", shown(key), number));
    return static_cast<ValueType>(number);
  }

  GgufValue read_value(ValueType type, const std::string& key) {
    if (type == ValueType::array) return read_array(key);
    if (type == ValueType::text) {
      return std::string(in_.text(longest_text, "a text").substr(0, longest_kept_text));
    }
    if (type == ValueType::boolean) return in_.read<std::uint8_t>("a value") != 0;
    return read_number(type);
  }

  double read_number(ValueType type) {
    switch (type) {
      case ValueType::u8:
      case ValueType::boolean:
        return in_.read<std::uint8_t>("a value");
      case ValueType::i8:
        return in_.read<std::int8_t>("a value");
      case ValueType::u16:
        return in_.read<std::uint16_t>("a value");
      case ValueType::i16:
        return in_.read<std::int16_t>("a value");
      case ValueType::u32:
        return in_.read<std::uint32_t>("a value");
      case ValueType::i32:
        return in_.read<std::int32_t>("a value");
      case ValueType::f32:
        return static_cast<double>(in_.read<float>("a value"));
      case ValueType::u64:
        return static_cast<double>(in_.read<std::uint64_t>("a value"));
      case ValueType::i64:
        return static_cast<double>(in_.read<std::int64_t>("a value"));
      default:
        return in_.read<double>("a value");
    }
  }

  GgufArray read_array(const std::string& key) {
    const ValueType type = read_type(key);
    GgufArray array;
    array.length = in_.read<std::uint64_t>("an array's length");
    in_.need_room(array.length, least_bytes(type), format("elements of {}", shown(key)));
    if (type == ValueType::array) in_.unsupported(format("{} is an array of arrays", shown(key)));
    if (type == ValueType::text) {
      for (std::uint64_t i = 0; i < array.length; ++i) in_.text(longest_text, "a text");
      return array;
    }
    const bool kept = array.length <= longest_kept_array && kept_numbers_ + array.length <= most_kept_numbers;
    if (!kept) {
      in_.take(array.length * least_bytes(type), "an array");
      return array;
    }
    kept_numbers_ += array.length;
    array.numbers.reserve(array.length);
    for (std::uint64_t i = 0; i < array.length; ++i) array.numbers.push_back(read_number(type));
    return array;
  }

  Entry read_tensor() {
    Entry e;
    e.tensor.name = in_.text(longest_name, "a tensor's name");
    const std::string name = shown(e.tensor.name);
    const auto dimensions = in_.read<std::uint32_t>("a tensor's dimensions");
    if (dimensions > most_dimensions) in_.fail(format("tensor {} has {} dimensions", name, dimensions));
    for (std::uint32_t i = 0; i < dimensions; ++i)
      e.tensor.shape.push_back(in_.read<std::uint64_t>("a tensor's shape"));
    const auto id = in_.read<std::uint32_t>("a tensor's type");
    const GgmlType* type = ggml_type(id);
    if (type == nullptr) {
      in_.unsupported(format("tensor {} has the type {}, which {}", name, id,
                             is_dropped_ggml_type(id) ? "ggml has dropped" : "is not known"));
    }
    e.offset = in_.read<std::uint64_t>("a tensor's offset");
    set_sizes(e.tensor, *type);
    return e;
  }

  void set_sizes(llm::TensorInfo& tensor, const GgmlType& type) {
    tensor.type = type.name;
    tensor.weights = 1;
    for (const std::uint64_t extent : tensor.shape) {
      if (!multiply(tensor.weights, extent, tensor.weights))
        in_.fail(format("tensor {} has a shape beyond 64 bits", shown(tensor.name)));
    }
    // ggml writes the row, its contiguous dimension, first.
    const std::uint64_t row = tensor.shape.empty() ? 1 : tensor.shape.front();
    if (row % type.block_weights != 0) {
      in_.fail(format("tensor {} has rows of {} weights; {} packs {} together", shown(tensor.name), row,
                      type.name, type.block_weights));
    }
    if (!multiply(tensor.weights / type.block_weights, type.block_bytes, tensor.bytes))
      in_.fail(format("tensor {} has a shape beyond 64 bits", shown(tensor.name)));
    std::ranges::reverse(tensor.shape);
  }

  std::uint64_t alignment() const {
    const double stated = file_.number("general.alignment").value_or(32);
    const auto value = stated >= 1 && stated <= largest_alignment ? static_cast<std::uint64_t>(stated) : 0;
    if (!std::has_single_bit(value)) in_.fail(format("general.alignment is {}, not a power of two", stated));
    return value;
  }

  // Everything between header and tensors, between tensors and behind them is padding.
  void place_tensors() {
    const std::uint64_t align = alignment();
    const std::uint64_t header = in_.position();
    std::uint64_t data = (header + align - 1) / align * align;
    // A file of metadata alone need not be padded.
    if (entries_.empty()) data = std::min(data, file_bytes_);
    if (data > file_bytes_) in_.fail("the file ends before its tensors", "download it again");
    check_places(align, file_bytes_ - data);
    llm::TensorTable& table = file_.tensors;
    table.header_bytes = header;
    table.file_bytes = file_bytes_;
    table.padding_bytes = file_bytes_ - header;
    table.tensors.reserve(entries_.size());
    for (Entry& e : entries_) {
      table.padding_bytes -= e.tensor.bytes;
      table.tensors.push_back(std::move(e.tensor));
    }
  }

  void check_places(std::uint64_t align, std::uint64_t data_bytes) {
    std::unordered_set<std::string_view> names;
    std::vector<const Entry*> sorted;
    for (const Entry& e : entries_) {
      if (!names.insert(e.tensor.name).second)
        in_.fail(format("tensor {} occurs twice", shown(e.tensor.name)));
      sorted.push_back(&e);
    }
    std::ranges::sort(sorted, {}, [](const Entry* e) { return std::pair(e->offset, e->tensor.bytes); });
    std::uint64_t at = 0;
    for (const Entry* e : sorted) {
      const std::string name = shown(e->tensor.name);
      if (e->offset % align != 0)
        in_.fail(format("tensor {} begins at {}, which is not a multiple of {}", name, e->offset, align));
      if (e->offset < at) in_.fail(format("tensor {} overlaps the one before it", name));
      if (!add(e->offset, e->tensor.bytes, at) || at > data_bytes) {
        in_.fail(format("tensor {} ends beyond the file, whose data have {} bytes", name, data_bytes),
                 "the file is incomplete: download it again");
      }
    }
  }

  GgufCursor in_;
  std::uint64_t file_bytes_;
  GgufFile file_;
  std::vector<Entry> entries_;
  std::uint64_t kept_numbers_ = 0;
};

// How far metadata reach is known only once they are read: begin with what most files need.
GgufFile one_file(const std::string& path) {
  FileBytes file(path);
  for (std::uint64_t count = 16 << 20;; count *= 4) {
    const std::vector<std::byte> beginning = file.beginning(std::min(count, file.size()));
    try {
      return GgufReader(beginning, file.size(), path).file();
    } catch (const MoreNeeded&) {
      if (count >= largest_header)
        fail(ErrorKind::malformed, {path, 0, 0},
             format("its metadata take more than {} MiB", largest_header >> 20));
    }
  }
}

std::string part_name(const std::string& stem, std::uint64_t number, std::uint64_t count) {
  return format("{}-{:05}-of-{:05}.gguf", stem, number, count);
}

struct Split {
  std::string stem;
  std::uint64_t parts = 0;
};

// "folder/name-00001-of-00003.gguf" is one of three parts.
std::optional<Split> split_of(const std::string& path) {
  constexpr std::string_view pattern = "-00000-of-00000.gguf";
  if (path.size() <= pattern.size()) return std::nullopt;
  const std::string_view tail = std::string_view(path).substr(path.size() - pattern.size());
  std::uint64_t parts = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = tail[i] >= '0' && tail[i] <= '9';
    if (pattern[i] == '0' ? !digit : tail[i] != pattern[i]) return std::nullopt;
    if (pattern[i] == '0' && i > 6) parts = parts * 10 + static_cast<std::uint64_t>(tail[i] - '0');
  }
  if (parts < 2) return std::nullopt;
  return Split{path.substr(0, path.size() - pattern.size()), parts};
}

void check_parts_exist(const Split& split, const std::string& path) {
  std::vector<std::string> missing;
  std::uint64_t count = 0;
  constexpr std::size_t most_named = 5;
  for (std::uint64_t i = 1; i <= split.parts; ++i) {
    const std::filesystem::path part = part_name(split.stem, i, split.parts);
    std::error_code problem;
    if (std::filesystem::exists(part, problem)) continue;
    if (++count <= most_named) missing.push_back(shown(part.filename().string()));
  }
  if (count == 0) return;
  if (count > most_named) missing.push_back(format("{} more", count - most_named));
  fail(ErrorKind::io, {path, 0, 0},
       format("{} of its {} parts {} missing: {}", count, split.parts, count == 1 ? "is" : "are",
              listed(missing)));
}

GgufFile split_file(const Split& split, const std::string& path) {
  check_parts_exist(split, path);
  GgufFile all = one_file(part_name(split.stem, 1, split.parts));
  if (all.number("split.count").value_or(static_cast<double>(split.parts)) !=
      static_cast<double>(split.parts))
    fail(ErrorKind::inconsistent, {path, 0, 0},
         format("its name says {} parts, its metadata {}", split.parts, *all.number("split.count")));
  for (std::uint64_t i = 2; i <= split.parts; ++i) {
    llm::TensorTable part = std::move(one_file(part_name(split.stem, i, split.parts)).tensors);
    all.tensors.header_bytes += part.header_bytes;
    all.tensors.padding_bytes += part.padding_bytes;
    all.tensors.file_bytes += part.file_bytes;
    std::ranges::move(part.tensors, std::back_inserter(all.tensors.tensors));
  }
  std::unordered_set<std::string_view> names;
  for (const llm::TensorInfo& tensor : all.tensors.tensors) {
    if (!names.insert(tensor.name).second)
      fail(ErrorKind::inconsistent, {path, 0, 0}, format("tensor {} is in two parts", shown(tensor.name)));
  }
  return all;
}

}  // namespace

std::optional<double> GgufFile::number(std::string_view key) const {
  const auto found = metadata.find(key);
  if (found == metadata.end()) return std::nullopt;
  const double* value = std::get_if<double>(&found->second);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::string GgufFile::text(std::string_view key) const {
  const auto found = metadata.find(key);
  const std::string* value = found == metadata.end() ? nullptr : std::get_if<std::string>(&found->second);
  return value == nullptr ? "" : shown(*value);
}

const GgufArray* GgufFile::array(std::string_view key) const {
  const auto found = metadata.find(key);
  return found == metadata.end() ? nullptr : std::get_if<GgufArray>(&found->second);
}

Result<GgufFile> read_gguf(std::span<const std::byte> beginning, std::uint64_t file_bytes,
                           const std::string& file_name) try {
  return GgufReader(beginning, file_bytes, file_name).file();
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
} catch (const MoreNeeded&) {
  return std::unexpected(
      Error{ErrorKind::malformed, {file_name, 0, 0}, "its metadata go on beyond the bytes given", ""});
}

Result<GgufFile> read_gguf_file(const std::string& path) try {
  const std::optional<Split> split = split_of(path);
  return split ? split_file(*split, path) : one_file(path);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

}  // namespace bitworth::formats
