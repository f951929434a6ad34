#pragma once

#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/quality_evidence.hpp"

namespace bitworth::formats {

/// Whether the text looks like what llama-perplexity prints.
bool is_llama_perplexity(std::string_view text);

/// Reads what `llama-perplexity --kl-divergence` prints to either stream: its statistics, or where there are
/// too few tokens for them the last row of its table. Fails: no KL divergence in it.
Result<cases::Divergence> parse_llama_perplexity(std::string_view text, const std::string& name);

/// Reads the file at the path, at most 64 MiB.
Result<cases::Divergence> read_llama_perplexity(const std::string& path);

}  // namespace bitworth::formats
