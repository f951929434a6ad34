#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/formats/ggml_type.hpp"

namespace bitworth::tests {

/// Model files from readable text, so that no binary file lies in the tree and every defect can be seen.

using ByteString = std::vector<std::byte>;

inline void append(ByteString& bytes, const void* from, std::size_t count) {
  const auto* begin = static_cast<const std::byte*>(from);
  for (std::size_t i = 0; i < count; ++i) bytes.push_back(begin[i]);
}

template <class T>
void append_value(ByteString& bytes, T value) {
  append(bytes, &value, sizeof(T));
}

/// A safetensors file: the header's length, the header, so many zero bytes of data.
inline ByteString safetensors_bytes(std::string_view header, std::uint64_t data_bytes) {
  ByteString bytes;
  append_value<std::uint64_t>(bytes, header.size());
  append(bytes, header.data(), header.size());
  bytes.resize(bytes.size() + data_bytes);
  return bytes;
}

/// A GGUF file from lines, of which a # begins a comment:
///   version 3                      (default 3)
///   value KEY TYPE VALUE           TYPE: u8 i8 u16 i16 u32 i32 f32 bool str u64 i64 f64, or a number
///   array KEY TYPE VALUE VALUE ... the length follows from the values; "length=N" as the first overrides it
///   tensor NAME TYPE ROW ROWS ...  TYPE: Q4_K and so on, or a number; "@N" as the last overrides the offset
///   tensors N / values N           overrides the count in the header
///   data N                         so many bytes of data; default: what the tensors need
class GgufText {
 public:
  explicit GgufText(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) read_line(line.substr(0, line.find('#')));
  }

  ByteString bytes() const {
    ByteString file;
    append(file, "GGUF", 4);
    append_value<std::uint32_t>(file, version_);
    append_value<std::uint64_t>(file, tensors_);
    append_value<std::uint64_t>(file, values_);
    append(file, metadata_.data(), metadata_.size());
    append(file, table_.data(), table_.size());
    file.resize((file.size() + alignment_ - 1) / alignment_ * alignment_ + data_);
    return file;
  }

 private:
  static constexpr std::string_view type_names[] = {"u8",   "i8",  "u16",   "i16", "u32", "i32", "f32",
                                                    "bool", "str", "array", "u64", "i64", "f64"};

  static std::uint32_t type_of(const std::string& name) {
    for (std::uint32_t i = 0; i < std::size(type_names); ++i) {
      if (type_names[i] == name) return i;
    }
    return static_cast<std::uint32_t>(std::stoul(name));
  }

  static std::uint32_t ggml_type_of(const std::string& name) {
    for (std::uint32_t id = 0; id < 64; ++id) {
      const formats::GgmlType* type = formats::ggml_type(id);
      if (type != nullptr && type->name == name) return id;
    }
    return static_cast<std::uint32_t>(std::stoul(name));
  }

  static void append_text(ByteString& bytes, const std::string& text) {
    append_value<std::uint64_t>(bytes, text.size());
    append(bytes, text.data(), text.size());
  }

  static void append_typed(ByteString& bytes, std::uint32_t type, const std::string& value) {
    switch (type) {
      case 0:
      case 1:
        return append_value(bytes, static_cast<std::int8_t>(std::stoi(value)));
      case 2:
      case 3:
        return append_value(bytes, static_cast<std::int16_t>(std::stoi(value)));
      case 4:
      case 5:
        return append_value(bytes, static_cast<std::int32_t>(std::stoll(value)));
      case 6:
        return append_value(bytes, std::stof(value));
      case 7:
        return append_value<std::uint8_t>(bytes, value == "true");
      case 8:
        return append_text(bytes, value);
      case 10:
      case 11:
        return append_value(bytes, static_cast<std::int64_t>(std::stoll(value)));
      default:
        return append_value(bytes, std::stod(value));
    }
  }

  void read_line(const std::string& line) {
    std::istringstream words(line);
    std::string what, key, type;
    if (!(words >> what)) return;
    words >> key;
    if (what == "version") version_ = static_cast<std::uint32_t>(std::stoul(key));
    if (what == "tensors") tensors_ = std::stoull(key);
    if (what == "values") values_ = std::stoull(key);
    if (what == "data") data_ = std::stoull(key);
    if (what != "value" && what != "array" && what != "tensor") return;
    words >> type;
    std::vector<std::string> rest;
    for (std::string word; words >> word;) rest.push_back(word);
    if (what == "tensor") return read_tensor(key, ggml_type_of(type), rest);
    ++values_;
    append_text(metadata_, key);
    if (what == "array") return read_array(type_of(type), rest);
    if (key == "general.alignment") alignment_ = std::max<std::uint64_t>(1, std::stoull(rest.at(0)));
    append_value(metadata_, type_of(type));
    append_typed(metadata_, type_of(type), rest.empty() ? "" : rest[0]);
  }

  void read_array(std::uint32_t type, std::vector<std::string> values) {
    std::uint64_t length = values.size();
    if (!values.empty() && values[0].starts_with("length=")) {
      length = std::stoull(values[0].substr(7));
      values.erase(values.begin());
    }
    append_value<std::uint32_t>(metadata_, 9);
    append_value(metadata_, type);
    append_value(metadata_, length);
    for (const std::string& value : values) append_typed(metadata_, type, value);
  }

  void read_tensor(const std::string& name, std::uint32_t id, std::vector<std::string> extents) {
    std::uint64_t offset = data_;
    if (!extents.empty() && extents.back().starts_with("@")) {
      offset = std::stoull(extents.back().substr(1));
      extents.pop_back();
    }
    ++tensors_;
    append_text(table_, name);
    append_value(table_, static_cast<std::uint32_t>(extents.size()));
    std::uint64_t weights = 1;
    for (const std::string& extent : extents) {
      append_value<std::uint64_t>(table_, std::stoull(extent));
      weights *= std::stoull(extent);
    }
    append_value(table_, id);
    append_value(table_, offset);
    const formats::GgmlType* type = formats::ggml_type(id);
    const std::uint64_t bytes = type == nullptr ? 0 : weights / type->block_weights * type->block_bytes;
    if (bytes < 1 << 24) data_ += (bytes + alignment_ - 1) / alignment_ * alignment_;
  }

  std::uint32_t version_ = 3;
  std::uint64_t tensors_ = 0;
  std::uint64_t values_ = 0;
  std::uint64_t data_ = 0;
  std::uint64_t alignment_ = 32;
  ByteString metadata_;
  ByteString table_;
};

inline ByteString gguf_bytes(const std::string& text) {
  return GgufText(text).bytes();
}

}  // namespace bitworth::tests
