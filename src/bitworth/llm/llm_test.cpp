#include <gtest/gtest.h>

#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/footprint.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::llm {
namespace {

TEST(Parameters, OfLlama8B) {
  const ParameterCounts counts = count_parameters(tests::ideal_case().architecture);
  EXPECT_EQ(counts.attention + counts.dense_ffn, 6979321856.0);
  EXPECT_EQ(counts.lm_head, 525336576.0);
  EXPECT_EQ(counts.total(), 6979321856.0 + 2 * 525336576.0);
}

TEST(Parameters, TiedEmbeddingsCountOnce) {
  Architecture a = tests::ideal_case().architecture;
  a.tied_embeddings = true;
  EXPECT_EQ(count_parameters(a).lm_head, 0);
}

TEST(Parameters, AnUngatedFfnHasTwoMatrices) {
  Architecture a = tests::ideal_case().architecture;
  const double gated = count_parameters(a).dense_ffn;
  a.gated_ffn = false;
  EXPECT_EQ(count_parameters(a).dense_ffn, gated * 2 / 3);
}

TEST(WeightBytes, KeepTheLmHeadAtSixteenBits) {
  const Architecture a = tests::ideal_case().architecture;
  Scheme w4;
  w4.weight_bits = 4;
  const WeightBytes bytes = weight_bytes(a, w4);
  EXPECT_EQ(bytes.lm_head, Bytes(2 * 525336576.0));
  EXPECT_EQ(bytes.attention + bytes.dense_ffn, Bytes(6979321856.0 / 2));
  EXPECT_EQ(bytes.total(), bytes.attention + bytes.dense_ffn + bytes.experts + bytes.router +
                               bytes.embedding + bytes.lm_head);
}

TEST(KvCache, LatentsAreReplicatedNotDivided) {
  Architecture a = tests::ideal_case().architecture;
  EXPECT_EQ(kv_shards(a, 4), 4);
  EXPECT_EQ(kv_shards(a, 16), 8);  // eight KV heads
  a.mla = LatentAttention{.kv_rank = 512, .q_rank = 1536, .rope_dim = 64, .nope_dim = 128, .v_dim = 128};
  EXPECT_EQ(kv_shards(a, 8), 1);
  a.layers = 61;
  EXPECT_EQ(kv_bytes_per_token(a, {.id = "bf16", .bits = 16, .source = "", .date = ""}), Bytes(70272));
}

TEST(Attention, SlidingWindowsCapTheContext) {
  Architecture a = tests::ideal_case().architecture;
  EXPECT_EQ(attended_layer_tokens(a, 5000), 32 * 5000);
  a.sliding_window = SlidingWindow{.window = 1000, .pattern = 0};
  EXPECT_EQ(attended_layer_tokens(a, 5000), 32 * 1000);
  a.sliding_window->pattern = 6;
  EXPECT_EQ(attended_layer_tokens(a, 5000), 5 * 5000 + 27 * 1000);
}

}  // namespace
}  // namespace bitworth::llm
