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

/// Scores every file against the baseline, and the baseline against itself, and adds what that tells to the
/// evidence, which has its files already. Contexts of the journal count.
/// Fails: as the engine does, or stopped by the user; the journal then has every whole context.
Result<void> compare_files(Engine&, const TextPlan&, const Surroundings&, Journal&,
                           const std::vector<std::string>& paths, cases::Evidence&);

}  // namespace bitworth::measure
