#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bitworth/hardware/step_kernels.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/scheme.hpp"

namespace bitworth::cases {

/// A published speed of a quantized model beside the same model's in another format, in the source's words.
struct MeasuredPair {
  int line = 0;  ///< of its file
  std::string source;
  std::string hardware;
  std::string model;
  std::string engine;
  std::string baseline_format;
  std::string format;
  std::string format_class;
  std::string phase;   ///< "prefill", "decode", "e2e-single", "serving", ...
  std::string regime;  ///< how loaded the test was: "b1", "saturation"
  std::string metric;
  std::optional<double> batch;
  std::optional<double> prompt_tokens;
  std::optional<double> output_tokens;
  int baseline_gpus = 1;
  int gpus = 1;
  std::optional<double> parameters;  ///< of the model, as stated
  double speedup = 1;                ///< per GPU where the counts differ
  std::string cell;                  ///< pairs that differ in batch, lengths or GPUs only share one
};

/// One side of a pair, as the time model needs it.
struct PairSide {
  llm::Scheme scheme;
  llm::KvFormat kv_cache;
  hardware::StepKernels kernels;
  int gpus = 1;
};

/// A pair whose names have become things.
struct ResolvedPair {
  MeasuredPair pair;
  std::shared_ptr<const llm::Architecture> architecture;
  std::shared_ptr<const hardware::Device> device;
  bool approximate = false;  ///< architecture or device is a stand-in, derived from the name
  PairSide baseline;
  PairSide quantized;
};

/// A row of a file that cannot be predicted, and why.
struct RefusedPair {
  int line = 0;
  std::string reason;
};

}  // namespace bitworth::cases
