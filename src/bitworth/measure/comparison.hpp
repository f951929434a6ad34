#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"
#include "bitworth/measure/journal.hpp"
#include "bitworth/measure/settings.hpp"

namespace bitworth::measure {

/// What the text is for the model: its tokens, and how they are cut.
struct TextPlan {
  TokenizedText text;
  quality::ContextPlan plan;
  cases::ComparedText facts;
};

/// Reads the text and cuts it. Fails: it cannot be read, has no tokens for the model, or is too short.
Result<TextPlan> plan_text(Engine&, const Settings&, const std::string& model_path);

/// The scores of each file's contexts; those of the baseline against itself first.
using FileScores = std::vector<std::vector<quality::ContextScores>>;

/// Scores every file against the baseline, and the baseline against itself, and adds what that tells to the
/// evidence, which has its files already. Contexts of the journal count. With a base file in compat mode.
/// Fails: as the engine does, or stopped by the user; the journal then has every whole context.
Result<FileScores> compare_files(Engine&, const TextPlan&, const Surroundings&, Journal&,
                                 const std::vector<std::string>& paths, const std::string& base_file,
                                 cases::Evidence&);

}  // namespace bitworth::measure
