#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bitworth/cases/evidence.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::measure {

enum class Scope { speed_and_quality, speed, quality };

/// What is measured.
struct Settings {
  std::string model;                      ///< path of a GGUF file
  bool synthetic = false;                 ///< its weights are random
  std::string baseline = {};              ///< scheme; empty: the 16-bit format that the file has
  std::vector<std::string> schemes = {};  ///< the candidates
  std::string imatrix = {};               ///< path; empty: none
  bool allow_requantize = false;

  std::vector<int> batches = {1, 8, 32};  ///< sequences that decode together
  std::vector<int> depths = {};    ///< tokens in their caches; empty: 0 and what half the context holds
  int prompt_tokens = 512;         ///< less where the model's context is shorter
  Seconds budget{600};             ///< for the blocks of timings
  double precision = 0.02;         ///< half the width of every ratio's interval that ends the blocks
  std::optional<int> blocks = {};  ///< so many, whatever precision and budget say
  std::uint64_t seed = 1;          ///< of the order of the timings

  Scope scope = Scope::speed_and_quality;
  std::string text = {};             ///< path of what the formats are compared on; empty: the shipped one
  int context_tokens = 256;          ///< of each context of the text
  std::optional<int> contexts = {};  ///< at most so many
  bool compat = false;               ///< llama-perplexity's numbers instead of exact ones
  std::string base_file = {};        ///< in compat mode: read if there, else written; empty: in the cache

  std::string cache;    ///< folder of the quantized files
  std::string journal;  ///< path
};

/// Where a run stands.
struct Progress {
  std::string what;                  ///< "quantizing q4_k_m", "block 4 of at most 40"
  double share = 0;                  ///< of it, 0..1
  std::optional<Seconds> left = {};  ///< of the whole run
};

/// What a run knows of the world around it.
struct Surroundings {
  cases::Machine machine;
  Bytes available_memory;
  double load_average = 0;
  std::function<double()> seconds;   ///< a monotonic clock
  std::function<std::string()> now;  ///< the date and time, ISO 8601
  std::function<bool()> stopped;     ///< whether the user wants the run to end
  std::function<void(const Progress&)> tell;
  std::function<void(const std::string&)> announce;  ///< a line for people, once
};

}  // namespace bitworth::measure
