#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "bitworth/base/error.hpp"
#include "bitworth/formats/answer_sheet.hpp"

namespace bitworth::formats {

using Sheet = std::variant<AnswerSheet, ScoreSheet>;

struct SheetPair {
  AnswerSheet baseline;
  AnswerSheet candidate;
};

/// Reads one model's answers: a samples file of lm-evaluation-harness (JSON lines, also gzipped, or one
/// list), its results file, its output folder (samples before results), or one scored answer a line
/// (docs/formats/quality.md). Fails: none of these, or a line that is not what its format says.
Result<Sheet> read_answers(const std::string& path, const ScoreChoice&);

/// Reads both models' answers, one item a line. Fails: the same.
Result<SheetPair> read_answer_pairs(const std::string& path);

/// The same of texts.
Result<Sheet> parse_answers(std::string_view text, const std::string& name, const ScoreChoice&);
Result<SheetPair> parse_answer_pairs(std::string_view text, const std::string& name);

}  // namespace bitworth::formats
