#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "bitworth/formats/answer_sheet.hpp"

namespace bitworth::formats {

/// The scores of each task in a results file of lm-evaluation-harness; groups of tasks are left out, since
/// their tasks are there themselves. Throws InputFailure.
ScoreSheet read_lm_eval_results(const nlohmann::json& document, const ScoreChoice&, const std::string& file);

}  // namespace bitworth::formats
