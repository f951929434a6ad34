#pragma once

#include <functional>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"

namespace bitworth::engine {

/// Runs both files over the contexts of the text, in batches as llama-perplexity forms them, and calls back
/// with the exact scores of each. In this process, with both files loaded.
Result<void> compare_here(const measure::ComparisonJob&, int threads,
                          const std::function<void(const quality::ContextScores&)>&);

}  // namespace bitworth::engine
