#pragma once

#include <expected>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/quality_evidence.hpp"
#include "bitworth/formats/answer_sheet.hpp"

namespace bitworth::formats {

/// Joins two models' answers by task and item. A prompt that differs is a warning. Fails: an item that only
/// one of them answered, a question or right answer that differs under one name.
std::expected<cases::QualityEvidence, Problems> pair_answers(const AnswerSheet& baseline,
                                                             const AnswerSheet& candidate);

/// Sets two models' scores beside each other, by task. Fails: a task that only one of them has.
std::expected<cases::QualityEvidence, Problems> compare_scores(const ScoreSheet& baseline,
                                                               const ScoreSheet& candidate);

}  // namespace bitworth::formats
