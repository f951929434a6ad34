#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bitworth::llm {

/// What a tensor does in the network; schemes treat classes alike.
enum class TensorClass {
  attention,
  dense_ffn,  ///< experts that every token visits included
  experts,
  router,
  embedding,
  lm_head,
  norm,
  other,  ///< rotary tables, image and audio parts, whatever the names do not tell
};

std::string_view to_text(TensorClass);

/// The class that the tensor's name tells; knows the names of Hugging Face checkpoints and of GGUF.
TensorClass tensor_class(std::string_view name);

/// One tensor of a file, without its data.
struct TensorInfo {
  std::string name;
  std::vector<std::uint64_t> shape;  ///< outermost dimension first, as stored
  std::string_view type;             ///< "BF16", "Q4_K"; a literal of its format's table
  std::uint64_t weights = 0;         ///< numbers of the network that it holds; 0: scales, zero points
  std::uint64_t bytes = 0;
};

/// Scales that lie within the tensor included; absent: it holds no weights.
std::optional<double> bits_per_weight(const TensorInfo&);

/// The tensors of one or several files, and what else is in these files.
struct TensorTable {
  std::vector<TensorInfo> tensors;
  std::uint64_t header_bytes = 0;
  std::uint64_t padding_bytes = 0;
  std::uint64_t file_bytes = 0;  ///< header, padding and the tensors' bytes together
};

/// The share of a class that one storage type has.
struct TypeBytes {
  std::string_view type;
  std::uint64_t tensors = 0;
  std::uint64_t weights = 0;
  std::uint64_t bytes = 0;
};

/// The tensors of one class.
struct ClassBytes {
  TensorClass tensor_class = TensorClass::other;
  std::uint64_t tensors = 0;
  std::uint64_t weights = 0;
  std::uint64_t bytes = 0;
  std::vector<TypeBytes> types;  ///< most bytes first
};

/// Scales and zero points included; absent: the class holds no weights.
std::optional<double> bits_per_weight(const ClassBytes&);

/// Bytes by class; with header and padding they sum to the files.
struct TensorSummary {
  std::vector<ClassBytes> classes;  ///< only those that occur, in the order of TensorClass
  std::uint64_t header_bytes = 0;
  std::uint64_t padding_bytes = 0;

  std::uint64_t tensor_bytes() const;
  std::uint64_t total_bytes() const { return tensor_bytes() + header_bytes + padding_bytes; }
  /// The network's parameters: the weights of all classes but `other`.
  std::uint64_t parameters() const;
  /// Null: no tensor is of the class.
  const ClassBytes* find(TensorClass) const;
};

TensorSummary summarize(const TensorTable&);

/// How a published checkpoint is quantized already.
struct ExistingQuantization {
  std::string method;          ///< as the file names it: "gptq", "compressed-tensors", "gguf"
  std::optional<double> bits;  ///< of one packed weight, without scales
  std::optional<int> group_size;
  std::string scheme;             ///< the catalog's id for it; empty: none matches
  std::string description;        ///< "GPTQ, 4-bit weights in groups of 128"
  std::vector<std::string> kept;  ///< modules that the file says stay as they are
};

}  // namespace bitworth::llm
