#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bitworth::economics {

enum class Volume { low, moderate, high };

std::string to_text(Volume);
std::optional<Volume> volume_named(std::string_view name);

/// What the article's decision matrix asks.
struct AdviceFacts {
  bool memory_constrained = false;
  bool decode_heavy = false;
  bool quality_critical = false;
  bool engineering_capacity = false;
  Volume volume = Volume::low;
};

/// The answer of the article's decision matrix, in its words; the first row that matches decides.
std::string should_quantize(const AdviceFacts&);

/// The better-founded answer: what the facts allow to say, and the step that settles the rest.
struct CorrectedAdvice {
  std::string advice;
  std::string reason;
  std::string next;  ///< what to do or run
};

/// The quality bar comes before any gain, and no gain is taken for granted.
CorrectedAdvice corrected_advice(const AdviceFacts&);

}  // namespace bitworth::economics
