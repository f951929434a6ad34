#include "bitworth/roofline/weights.hpp"

namespace bitworth::roofline {

Bytes stored_weights(const llm::Architecture& a, const llm::Scheme& scheme) {
  const double parameters = a.published_parameters.value_or(llm::count_parameters(a).total());
  const double embedding = static_cast<double>(a.vocab) * a.hidden;
  const double lm_head = a.tied_embeddings ? 0 : embedding;
  constexpr double embedding_bits = 16;
  const double bits = (parameters - embedding - lm_head) * scheme.weight_bits + embedding * embedding_bits +
                      lm_head * scheme.lm_head_bits;
  return Bytes(bits / 8);
}

}  // namespace bitworth::roofline
