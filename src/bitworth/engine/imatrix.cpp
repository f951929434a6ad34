#include "bitworth/engine/imatrix.hpp"

#include <cmath>
#include <cstring>
#include <memory>
#include <string_view>

#include "bitworth/base/text.hpp"
#include "bitworth/engine/handles.hpp"

namespace bitworth::engine {
namespace {

struct FreeGguf {
  void operator()(gguf_context* file) const { gguf_free(file); }
};
struct FreeTensors {
  void operator()(ggml_context* tensors) const { ggml_free(tensors); }
};

std::unexpected<Error> refused(const std::string& path, std::string reason) {
  return std::unexpected(
      Error{ErrorKind::malformed, {path, 0, 0}, std::move(reason), "make one with llama-imatrix"});
}

std::span<const float> numbers_of(const ggml_tensor& tensor) {
  return {static_cast<const float*>(tensor.data), static_cast<std::size_t>(ggml_nelements(&tensor))};
}

// Sums of squares of each expert over their counts; what was never seen counts alike.
std::vector<float> means(std::span<const float> sums, std::span<const float> counts) {
  std::vector<float> result;
  const std::size_t row = sums.size() / counts.size();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto count = static_cast<float>(std::lround(counts[i / row]));
    result.push_back(count > 0 ? sums[i] / count : 1.0F);
  }
  return result;
}

llama_model_kv_override metadata(const char* key) {
  llama_model_kv_override result = {};
  std::strncpy(result.key, key, sizeof result.key - 1);
  return result;
}

llama_model_kv_override metadata(const char* key, const std::string& text) {
  llama_model_kv_override result = metadata(key);
  result.tag = LLAMA_KV_OVERRIDE_TYPE_STR;
  std::strncpy(result.val_str, text.c_str(), sizeof result.val_str - 1);
  return result;
}

llama_model_kv_override metadata(const char* key, std::int64_t number) {
  llama_model_kv_override result = metadata(key);
  result.tag = LLAMA_KV_OVERRIDE_TYPE_INT;
  result.val_i64 = number;
  return result;
}

}  // namespace

Result<ImportanceMatrix> read_importance_matrix(const std::string& path) {
  start_llama();
  ggml_context* raw = nullptr;
  const std::unique_ptr<gguf_context, FreeGguf> file(
      gguf_init_from_file(path.c_str(), {.no_alloc = false, .ctx = &raw}));
  const std::unique_ptr<ggml_context, FreeTensors> tensors(raw);
  if (!file) return refused(path, "not an importance matrix in GGUF");
  ImportanceMatrix result;
  result.path = path;
  const std::int64_t datasets = gguf_find_key(file.get(), "imatrix.datasets");
  const std::int64_t chunks = gguf_find_key(file.get(), "imatrix.chunk_count");
  if (datasets < 0 || chunks < 0 || gguf_get_kv_type(file.get(), datasets) != GGUF_TYPE_ARRAY ||
      gguf_get_arr_type(file.get(), datasets) != GGUF_TYPE_STRING ||
      gguf_get_kv_type(file.get(), chunks) != GGUF_TYPE_UINT32)
    return refused(path, "it does not say which text it was made on");
  for (std::size_t i = 0; i < gguf_get_arr_n(file.get(), datasets); ++i)
    result.datasets.emplace_back(gguf_get_arr_str(file.get(), datasets, i));
  result.chunks = gguf_get_val_u32(file.get(), chunks);
  for (const ggml_tensor* sums = ggml_get_first_tensor(raw); sums != nullptr;
       sums = ggml_get_next_tensor(raw, const_cast<ggml_tensor*>(sums))) {
    constexpr std::string_view suffix = ".in_sum2";
    std::string name = sums->name;
    if (!name.ends_with(suffix)) continue;
    name.resize(name.size() - suffix.size());
    const ggml_tensor* counts = ggml_get_tensor(raw, (name + ".counts").c_str());
    if (counts == nullptr || sums->type != GGML_TYPE_F32 || counts->type != GGML_TYPE_F32 ||
        ggml_nelements(counts) == 0 || ggml_nelements(sums) % ggml_nelements(counts) != 0)
      return refused(path, format("the sums and counts of {} do not fit", name));
    result.entries[name] = means(numbers_of(*sums), numbers_of(*counts));
  }
  if (result.entries.empty()) return refused(path, "it holds no sums");
  return result;
}

ImportanceArguments::ImportanceArguments(const ImportanceMatrix& matrix) {
  if (matrix.entries.empty()) return;
  for (const auto& [name, values] : matrix.entries)
    data_.push_back({name.c_str(), values.data(), values.size()});
  data_.push_back({nullptr, nullptr, 0});
  metadata_.push_back(metadata("quantize.imatrix.file", matrix.path));
  if (!matrix.datasets.empty()) metadata_.push_back(metadata("quantize.imatrix.dataset", matrix.datasets[0]));
  metadata_.push_back(
      metadata("quantize.imatrix.entries_count", static_cast<std::int64_t>(matrix.entries.size())));
  if (matrix.chunks > 0) metadata_.push_back(metadata("quantize.imatrix.chunks_count", matrix.chunks));
  metadata_.push_back(metadata(""));
}

void ImportanceArguments::add_to(llama_model_quantize_params& settings) const {
  if (data_.empty()) return;
  settings.imatrix = data_.data();
  settings.kv_overrides = metadata_.data();
}

}  // namespace bitworth::engine
