#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/model_bytes.hpp"

namespace bitworth::tests {

/// Where fuzzing begins: a base file of llama-perplexity with two contexts of 4 tokens, one scored in each,
/// and a vocabulary of 3; and one that scores none.
inline std::vector<ByteString> base_file_seeds() {
  ByteString whole;
  append(whole, "_logits_", 8);
  const std::int32_t numbers[] = {4, 3, 2, 0, 1, 2, 0, 1, 2, 0, 1};
  append(whole, numbers, sizeof numbers);
  for (int row = 0; row < 2; ++row) {
    const float head[] = {0.0001F, -7};
    const std::uint16_t words[] = {0, 65535, 3, 0};
    append(whole, head, sizeof head);
    append(whole, words, sizeof words);
  }
  ByteString empty = whole;
  empty.resize(20);
  return {whole, empty};
}

inline std::vector<ByteString> checkpoint_seeds() {
  const std::string line =
      R"({"context":0,"mode":"exact","documents":[{"document":0,"tokens":1,"same_top":1,"baseline_nll":1,)"
      R"("baseline_nll_squared":1,"candidate_nll":2.5,"candidate_nll_squared":6.25,"nll_product":2.5,"kld":0.25,)"
      R"("kld_squared":0.0625,"change":-0.0,"change_squared":0,"change_fourth":0}],"kld":[0.25],)"
      R"("probability_changes":[1e-05]})"
      "\n{";
  ByteString bytes;
  append(bytes, line.data(), line.size());
  return {bytes};
}

}  // namespace bitworth::tests
