#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bitworth/llm/architecture.hpp"

namespace bitworth::cases {

// What `bitworth measure` found out: every sample, and what it was taken of. docs/formats/evidence.md
// describes the file that holds it.

struct Machine {
  std::string cpu;
  int cores = 0;    ///< physical
  int threads = 0;  ///< logical
  double memory_bytes = 0;
  std::string system;  ///< "Linux 6.1.0 x86_64"
};

struct EngineFacts {
  std::string name;     ///< "llama.cpp"
  std::string version;  ///< "0.5.0"
  std::string build;    ///< the instruction sets and backends that it was built with
  int threads = 1;      ///< that it computed with
};

/// One rate of the machine, over repetitions.
struct ProbedRate {
  std::string of;  ///< "read", "f32", "bf16", "int8"; "ggml q4_0" of ggml's matrix multiplications
  int threads = 1;
  double median = 0;  ///< bytes per second of "read", else operations (a multiply and an add are two)
  double p10 = 0;
  double p90 = 0;
};

/// The model that all files come from.
struct MeasuredModel {
  std::string name;
  std::string file;
  std::string sha256;      ///< empty: random weights
  bool synthetic = false;  ///< random weights at real shapes: nothing to learn of its quality
  double parameters = 0;
  std::optional<llm::Architecture> architecture;
};

/// The model in one number format; the first of a list is the baseline.
struct MeasuredFile {
  std::string scheme;
  std::string sha256;
  std::uint64_t file_bytes = 0;
  std::uint64_t weight_bytes = 0;
  double bits_per_weight = 0;
};

enum class TimedPhase { prefill, decode };

/// One thing that is timed of every file.
struct TimingCell {
  TimedPhase phase = TimedPhase::decode;
  int batch = 1;    ///< sequences that run together
  int depth = 0;    ///< tokens that each holds in its KV cache before
  int tokens = 1;   ///< that one pass takes of each sequence: the prompt's, or 1 of a decode step
  int repeats = 1;  ///< passes that one sample times together
};

/// One timing. Samples of one block come from one process, within a short time of each other.
struct TimingSample {
  int block = 0;
  std::size_t file = 0;
  std::size_t cell = 0;
  double seconds = 0;
};

/// What the formats were compared on.
struct ComparedText {
  std::string name;
  std::string sha256;
  bool compat = false;  ///< scored as llama-perplexity does, clip and all
  int context_tokens = 0;
  std::int64_t scored_tokens = 0;
  int documents = 0;
};

/// A figure with its 95 % interval.
struct Interval {
  double value = 0;
  double low = 0;
  double high = 0;
};

/// Sums over the scored tokens of one context.
struct ContextSums {
  std::int64_t tokens = 0;
  std::int64_t same_top = 0;
  double kld = 0;
  double baseline_nll = 0;
  double candidate_nll = 0;
};

/// How far a file's predictions are from the baseline's; docs/divergence.md defines the figures.
struct MeasuredQuality {
  std::size_t file = 0;
  int clusters = 0;
  std::string cluster_unit;  ///< "document", "context" or "none": what the intervals generalise to
  Interval kld;              ///< nats a token
  Interval same_top;         ///< share of tokens
  Interval log_perplexity_ratio;
  Interval rms_probability_change;
  double baseline_perplexity = 0;
  double perplexity = 0;
  double kld_p99 = 0;
  double largest_kld = 0;
  double share_above_tenth_nat = 0;
  std::string against_floor;  ///< "above", "unclear" or "indistinguishable" from the engine's own noise
  std::vector<ContextSums> contexts;
};

/// How many times the KLD of one file is another's, paired by cluster.
struct QualityRatio {
  std::size_t file = 0;
  std::size_t other = 0;
  Interval ratio;
};

struct Evidence {
  std::string date;  ///< when the run ended, ISO 8601
  Machine machine;
  EngineFacts engine;
  MeasuredModel model;
  std::vector<MeasuredFile> files;  ///< empty: of the machine alone, no model was measured
  std::vector<TimingCell> cells;
  std::vector<TimingSample> samples;
  std::optional<ComparedText> text;            ///< absent: quality was not compared
  std::optional<MeasuredQuality> noise_floor;  ///< the baseline against itself
  std::vector<MeasuredQuality> quality;        ///< of each file but the baseline
  std::vector<QualityRatio> quality_ratios;    ///< of files next to each other in KLD
  std::vector<ProbedRate> rates;               ///< of the machine; empty: not probed
  std::vector<std::string> warnings;
};

}  // namespace bitworth::cases
