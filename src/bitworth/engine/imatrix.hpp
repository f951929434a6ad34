#pragma once

#include <llama.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bitworth/base/error.hpp"

namespace bitworth::engine {

/// How much each input of each matrix matters, as llama-imatrix measured it on some text.
struct ImportanceMatrix {
  std::string path;
  std::vector<std::string> datasets;
  std::uint32_t chunks = 0;
  std::map<std::string, std::vector<float>> entries;  ///< by tensor; empty: there is no matrix
};

/// Reads an importance matrix in GGUF. Fails: not one, sums and counts that do not fit each other.
Result<ImportanceMatrix> read_importance_matrix(const std::string& path);

/// The matrix in the form that llama.cpp takes, with the metadata that llama-quantize records.
/// Assumes: the matrix outlives it, and it the quantization.
class ImportanceArguments {
 public:
  explicit ImportanceArguments(const ImportanceMatrix&);
  void add_to(llama_model_quantize_params&) const;

 private:
  std::vector<llama_model_imatrix_data> data_;
  std::vector<llama_model_kv_override> metadata_;
};

}  // namespace bitworth::engine
