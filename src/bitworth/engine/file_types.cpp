#include "bitworth/engine/file_types.hpp"

#include <algorithm>

namespace bitworth::engine {
namespace {

struct FileType {
  std::string_view scheme;
  llama_ftype type;
};

constexpr FileType file_types[] = {
    {"bf16", LLAMA_FTYPE_MOSTLY_BF16},       {"fp16", LLAMA_FTYPE_MOSTLY_F16},
    {"q8_0", LLAMA_FTYPE_MOSTLY_Q8_0},       {"q6_k", LLAMA_FTYPE_MOSTLY_Q6_K},
    {"q5_k_m", LLAMA_FTYPE_MOSTLY_Q5_K_M},   {"q5_k_s", LLAMA_FTYPE_MOSTLY_Q5_K_S},
    {"q5_0", LLAMA_FTYPE_MOSTLY_Q5_0},       {"q5_1", LLAMA_FTYPE_MOSTLY_Q5_1},
    {"q4_k_m", LLAMA_FTYPE_MOSTLY_Q4_K_M},   {"q4_k_s", LLAMA_FTYPE_MOSTLY_Q4_K_S},
    {"q4_0", LLAMA_FTYPE_MOSTLY_Q4_0},       {"q4_1", LLAMA_FTYPE_MOSTLY_Q4_1},
    {"iq4_xs", LLAMA_FTYPE_MOSTLY_IQ4_XS},   {"iq4_nl", LLAMA_FTYPE_MOSTLY_IQ4_NL},
    {"q3_k_l", LLAMA_FTYPE_MOSTLY_Q3_K_L},   {"q3_k_m", LLAMA_FTYPE_MOSTLY_Q3_K_M},
    {"q3_k_s", LLAMA_FTYPE_MOSTLY_Q3_K_S},   {"iq3_m", LLAMA_FTYPE_MOSTLY_IQ3_M},
    {"iq3_s", LLAMA_FTYPE_MOSTLY_IQ3_S},     {"iq3_xs", LLAMA_FTYPE_MOSTLY_IQ3_XS},
    {"iq3_xxs", LLAMA_FTYPE_MOSTLY_IQ3_XXS}, {"q2_k", LLAMA_FTYPE_MOSTLY_Q2_K},
    {"q2_k_s", LLAMA_FTYPE_MOSTLY_Q2_K_S},   {"iq2_m", LLAMA_FTYPE_MOSTLY_IQ2_M},
    {"iq2_s", LLAMA_FTYPE_MOSTLY_IQ2_S},     {"iq2_xs", LLAMA_FTYPE_MOSTLY_IQ2_XS},
    {"iq2_xxs", LLAMA_FTYPE_MOSTLY_IQ2_XXS}, {"iq1_m", LLAMA_FTYPE_MOSTLY_IQ1_M},
    {"iq1_s", LLAMA_FTYPE_MOSTLY_IQ1_S},
};

}  // namespace

std::optional<llama_ftype> file_type(std::string_view scheme) {
  const auto found = std::ranges::find(file_types, scheme, &FileType::scheme);
  if (found == std::end(file_types)) return std::nullopt;
  return found->type;
}

std::vector<std::string> schemes_with_file_type() {
  std::vector<std::string> schemes;
  for (const FileType& row : file_types) schemes.emplace_back(row.scheme);
  return schemes;
}

}  // namespace bitworth::engine
