#pragma once

#include <string>

namespace bitworth::llm {

/// The arithmetic units that a matrix multiplication runs on.
enum class Compute { sixteen_bit, fp8, int8, fp4, int4 };

std::string to_text(Compute);

/// Number formats of weights and activations, with what they cost beyond their bits.
struct Scheme {
  std::string id;
  std::string name;
  std::string format_class;  ///< schemes that behave alike: "w4a16", "gguf-4bit"
  double weight_bits = 16;   ///< effective, scales included
  double activation_bits = 16;
  Compute compute = Compute::sixteen_bit;
  double lm_head_bits = 16;  ///< most recipes leave it at 16
  double embedding_bits = 16;
  std::string kernel;    ///< kernel family where it matters: "marlin", "exllama", "ggml"
  std::string fallback;  ///< the scheme that runs where a device lacks the units; empty: none needed
  std::string kv_cache;  ///< the cache format that the scheme brings along; empty: none
  bool needs_calibration = false;
  /// Of a matrix's columns each GPU must hold a multiple of so many, or its kernels do not run; 0: they pad.
  int shard_multiple = 0;
  std::string source;
  std::string date;
  std::string note;

  bool quantizes_weights() const { return weight_bits < 16; }
  bool weight_only() const { return quantizes_weights() && activation_bits >= 16; }
};

/// Number format of the KV cache.
struct KvFormat {
  std::string id;
  double bits = 16;  ///< effective, scales included
  std::string source;
  std::string date;
};

}  // namespace bitworth::llm
