#pragma once

#include <string>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"

namespace bitworth::engine {

/// The text as the model's tokenizer cuts it, just as llama-perplexity reads it: one line end at the end is
/// dropped, the special tokens of a beginning are added. In this process.
/// Fails: the model has no tokenizer, or none of its tokens fits.
Result<measure::TokenizedText> tokenize_here(const std::string& model_path, std::string text,
                                             const std::string& text_name);

}  // namespace bitworth::engine
