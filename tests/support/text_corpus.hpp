#pragma once

#include <zlib.h>

#include <vector>

#include "tests/support/model_corpus.hpp"

namespace bitworth::tests {

/// Where fuzzing of what people write or log begins.

inline std::vector<ByteString> request_text_seeds() {
  return {
      text_bytes("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n"
                 "2023-11-16 18:15:50.9951690,396,109\n"),
      text_bytes("t,in,out,ids\n1.5,10,3,\n\"2\",\"7\",1,x\nbad\n"),
      text_bytes("{\"timestamp\": 0, \"input_length\": 1030, \"output_length\": 5, \"hash_ids\": [1, 2, 3]}\n"
                 "{\"timestamp\": 27, \"input_length\": 600, \"output_length\": 0, \"hash_ids\": []}\n"),
      text_bytes("{\"created\": 1700000000, \"usage\": {\"prompt_tokens\": 12, \"completion_tokens\": 5}}\n"),
      text_bytes("{\"t\": \"2024-02-29T23:59:59+01:00\", \"in\": 3, \"out\": 4, \"ids\": [\"a\", 7]}\n")};
}

inline ByteString gzipped(const ByteString& bytes) {
  z_stream stream = {};
  constexpr int window_of_gzip = 15 + 16;
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_of_gzip, 8, Z_DEFAULT_STRATEGY);
  ByteString result(bytes.size() + 128);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

inline std::vector<ByteString> request_file_seeds() {
  std::vector<ByteString> seeds = request_text_seeds();
  for (const ByteString& text : request_text_seeds()) seeds.push_back(gzipped(text));
  return seeds;
}

inline std::vector<ByteString> case_seeds() {
  return {text_bytes(R"([model]
architecture = "llama-3.1-8b"
[hardware]
device = "h100-sxm"
[workload]
requests_per_second = { p10 = 8, p50 = 12, p90 = 20 }
prompt_tokens = { p50 = 1020, p90 = 3000, p95 = 4083 }
output_tokens = { p50 = 129, p95 = 451 }
rank_correlation = -0.2
arrivals = { gap_cv = 2 }
prefix_sharing = { tokens = 512, prefixes = 3, share = "80 %" }
growth_per_year = 0.5
slo = { ttft_p99 = "1 s", tpot_p99 = "50 ms" }
[[option]]
scheme = "w8a8-fp8"
kv_cache = "fp8"
[money]
hidden_costs = { complexity = { hours = { p10 = 1, p50 = 4, p90 = 12 } } }
)"),
          text_bytes(R"([model]
architecture = "qwen3-30b-a3b"
[hardware]
device = { name = "Ours", memory = "48 GB", memory_bandwidth = "864 GB/s", peak = { bf16 = "181 TFLOP/s" } }
price_per_gpu_hour = "$1.20/h"
[workload]
named = "chat"
requests_per_second = 3
[baseline]
scheme = "bf16"
[[option]]
scheme = "w4a16"
expert_parallel = true
)")};
}

}  // namespace bitworth::tests
