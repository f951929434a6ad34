#pragma once

#include <functional>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"

namespace bitworth::engine {

/// Writes the job's base file as llama-perplexity --kl-divergence-base does, byte for byte; calls back with
/// each context that is written. A part that an earlier call wrote is gone on with. In this process.
Result<void> write_base_here(const measure::ComparisonJob&, int threads,
                             const std::function<void(int context)>&);

/// Scores the candidate against the job's base file in compat mode; calls back with each context's scores. In
/// this process. Fails: the base file is of another text, context or vocabulary.
Result<void> compare_with_base_here(const measure::ComparisonJob&, int threads,
                                    const std::function<void(const quality::ContextScores&)>&);

}  // namespace bitworth::engine
