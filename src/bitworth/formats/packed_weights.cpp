#include "bitworth/formats/packed_weights.hpp"

#include <algorithm>
#include <string_view>

namespace bitworth::formats {
namespace {

// What quantizers write beside the weights: GPTQ and AWQ, compressed-tensors, FP8, ModelOpt, MXFP4,
// bitsandbytes.
constexpr std::string_view endings_without_weights[] = {
    ".scales",        ".qzeros",       ".g_idx",      "weight_scale", "scale_inv",
    "weight_scale_2", "_global_scale", "_zero_point", "weight_shape", "weight_g_idx",
    "input_scale",    "output_scale",  "k_scale",     "v_scale",      "q_scale",
    ".SCB",           "absmax",        "quant_map",   "_scales",      "weight_format",
};
constexpr std::string_view endings_of_packed[] = {"qweight", "weight_packed", "_blocks"};

bool ends_with_any(std::string_view name, const auto& endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

// 0: nothing is packed into that type.
double element_bits(std::string_view type) {
  if (type == "I32" || type == "U32") return 32;
  return type == "U8" || type == "I8" ? 8 : 0;
}

}  // namespace

void count_packed_weights(llm::TensorTable& table,
                          const std::optional<llm::ExistingQuantization>& quantization) {
  const double bits = quantization ? quantization->bits.value_or(4) : 4;
  for (llm::TensorInfo& tensor : table.tensors) {
    if (ends_with_any(tensor.name, endings_without_weights) ||
        tensor.name.find("quant_state") != tensor.name.npos) {
      tensor.weights = 0;
      continue;
    }
    // bitsandbytes and ModelOpt keep the name and put two weights into each byte.
    const bool packed = ends_with_any(tensor.name, endings_of_packed) ||
                        (quantization && tensor.type == "U8" && tensor.name.ends_with("weight"));
    const double element = element_bits(tensor.type);
    if (packed && bits < element)
      tensor.weights = static_cast<std::uint64_t>(static_cast<double>(tensor.weights) * element / bits);
  }
}

}  // namespace bitworth::formats
