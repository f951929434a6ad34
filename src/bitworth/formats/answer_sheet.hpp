#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace bitworth::formats {

/// What two runs must have in common, as hashes; 0: not known.
struct Fingerprint {
  std::uint64_t stated = 0;  ///< the hash that the file gives
  std::uint64_t value = 0;   ///< of the thing itself

  /// Assumes that they are the same where they cannot be compared.
  bool differs_from(const Fingerprint& other) const {
    if (stated != 0 && other.stated != 0) return stated != other.stated;
    return value != 0 && other.value != 0 && value != other.value;
  }
};

/// One answer of one model, right or wrong.
struct ScoredAnswer {
  bool right = false;
  Fingerprint question;
  Fingerprint target;   ///< the right answer
  Fingerprint prompt;   ///< as sent to the model
  std::string cluster;  ///< answers that go together; empty: those of one item
};

/// An item, and which repeat of it.
struct ItemKey {
  std::string item;
  std::string repeat;
  friend auto operator<=>(const ItemKey&, const ItemKey&) = default;
};

/// One model's answers by task and item.
struct AnswerSheet {
  std::string file;
  std::map<std::string, std::map<ItemKey, ScoredAnswer>> tasks;
};

/// One model's mean score of a task.
struct TaskScore {
  double score = 0;
  double standard_error = 0;
  std::int64_t items = 0;
};

/// One model's scores by task, without the single answers.
struct ScoreSheet {
  std::string file;
  std::map<std::string, TaskScore> tasks;
};

/// What to read of a file that holds several: absent, the only one, or the usual one.
struct ScoreChoice {
  std::string metric;
  std::string filter;
};

}  // namespace bitworth::formats
