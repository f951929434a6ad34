#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/evidence.hpp"
#include "bitworth/quality/divergence_scores.hpp"
#include "bitworth/quality/token_contexts.hpp"

namespace bitworth::measure {

/// How one file of a model in a number format is made of another.
struct Recipe {
  std::string source;             ///< path
  std::string target;             ///< path
  std::string scheme;             ///< the catalog's id: "q4_k_m"
  std::string imatrix = {};       ///< path of an importance matrix; empty: none
  bool allow_requantize = false;  ///< of weights that are quantized already
};

/// What the engine finds in a model file.
struct ModelFacts {
  double parameters = 0;
  std::uint64_t weight_bytes = 0;  ///< of all tensors, as stored
  int vocabulary = 0;
  int trained_context = 0;
};

/// One timing to take: that file in that cell, by their places in the job.
struct Turn {
  std::size_t file = 0;
  std::size_t cell = 0;
  friend bool operator==(const Turn&, const Turn&) = default;
};

/// Timings that one fresh process takes, in the order of the turns.
struct TimingJob {
  std::vector<std::string> files;
  std::vector<cases::TimingCell> cells;
  std::vector<Turn> turns;
  bool keep_loaded = true;  ///< all files at once; else one at a time
};

/// A text as a model reads it.
struct TokenizedText {
  std::vector<std::int32_t> tokens;
  std::vector<std::int64_t> document_starts;  ///< the place of each document's first token, ascending, from 0
};

/// What is compared: two files, on the contexts of a text.
struct ComparisonJob {
  std::string baseline;
  std::string candidate;
  TokenizedText text;
  quality::ContextPlan plan;
  int first_context = 0;  ///< those before are known already
  /// The candidate runs with passes of another size, hence other roundings: the baseline against itself then
  /// shows the engine's own noise.
  bool other_passes = false;
  /// llama-perplexity's file of the baseline's log-probabilities; with it the candidate is scored in compat
  /// mode.
  std::string base_file = {};
};

/// What can run, time and compare files of models: llama.cpp, or a stand-in of a test. Every function that
/// touches a model works in a process of its own, so that neither its memory nor its crash stays. The number
/// of threads is the engine's own.
class Engine {
 public:
  virtual ~Engine() = default;

  virtual cases::EngineFacts facts() const = 0;
  /// How fast the machine is, by thread count up to the engine's own; calls back with each rate as it comes.
  virtual Result<void> probe(const std::function<void(const cases::ProbedRate&)>&) = 0;
  /// The schemes that recipes may name.
  virtual std::vector<std::string> schemes() const = 0;
  /// Fails: the file is not a model that the engine can load.
  virtual Result<ModelFacts> inspect(const std::string& path) = 0;
  /// The size of the file that the recipe makes, without making it.
  virtual Result<std::uint64_t> quantized_bytes(const Recipe&) = 0;
  /// Fails: and may leave a part of the target.
  virtual Result<void> quantize(const Recipe&) = 0;
  /// Fails: the model has no tokenizer, or no token for some of the text.
  virtual Result<TokenizedText> tokenize(const std::string& model, const std::string& text,
                                         const std::string& text_name) = 0;
  /// Writes the job's base file, byte for byte as llama-perplexity does; calls back with each context that is
  /// written. A part that a killed run wrote is gone on with.
  virtual Result<void> write_base(const ComparisonJob&, const std::function<void(int context)>&) = 0;
  /// Calls back with the scores of each context, in their order: exact, or in compat mode where the job names
  /// a base file. Fails: that file is of another text or vocabulary.
  virtual Result<void> compare(const ComparisonJob&,
                               const std::function<void(const quality::ContextScores&)>&) = 0;
  /// Writes a model of that shape with random 16-bit weights. Fails: and may leave a part of the file.
  virtual Result<void> make_random(const llm::Architecture&, const std::string& path) = 0;
  /// Calls back with the seconds of each turn, as they come.
  virtual Result<void> time(const TimingJob&, const std::function<void(double seconds)>&) = 0;
};

}  // namespace bitworth::measure
