#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "bitworth/formats/answer_sheet.hpp"

namespace bitworth::formats {

/// Files of one answer a row.
enum class RowFormat {
  lm_eval,  ///< a sample of lm-evaluation-harness: doc_id, filter, hashes, one key a metric
  scores,   ///< item (or id), score; perhaps slice (or task), cluster, repeat, prompt_hash
  pairs     ///< item, baseline, candidate; perhaps slice, cluster, repeat
};

/// The format of a row by its keys; absent: none that is known.
std::optional<RowFormat> row_format(const nlohmann::json& row);

/// Adds rows of one file to sheets. Every function throws InputFailure with the row's line.
class AnswerRows {
 public:
  /// The task is that of rows that do not name one. `other` is the candidate's sheet, for pairs only.
  AnswerRows(RowFormat format, const ScoreChoice& choice, std::string task, std::string file,
             AnswerSheet& sheet, AnswerSheet* other);

  void add(const nlohmann::json& row, std::uint64_t line);
  /// Fails: no row counted, answers of the same item twice.
  void finish() const;

 private:
  [[noreturn]] void fail_at(std::string message, std::string hint = {}) const;
  std::string name_of(const nlohmann::json& row, std::initializer_list<const char*> keys) const;
  bool right(const nlohmann::json& row, const std::string& key) const;
  const std::string& metric_of(const nlohmann::json& row);
  bool of_wanted_filter(const nlohmann::json& row);
  void put(AnswerSheet& sheet, const std::string& task, const ItemKey& key, ScoredAnswer answer);
  void add_sample(const nlohmann::json& row);
  void add_scores(const nlohmann::json& row);

  RowFormat format_;
  ScoreChoice choice_;
  std::string task_, file_;
  AnswerSheet& sheet_;
  AnswerSheet* other_;
  std::uint64_t line_ = 0, rows_ = 0, duplicates_ = 0, first_duplicate_ = 0;
  std::string duplicate_of_;
  std::set<std::string> filters_;
};

}  // namespace bitworth::formats
