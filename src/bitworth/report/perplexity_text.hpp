#pragma once

#include <string>

#include "bitworth/quality/perplexity_statistics.hpp"

namespace bitworth::report {

/// llama-perplexity's own output, letter for letter, for whoever compares with it or feeds a parser of it.
/// Where it would print "nan" (a candidate equal to its baseline), this prints the limit, 0.

/// The table's head with its line end, and one line of it.
std::string perplexity_table_head();
std::string perplexity_table_row(const quality::PerplexityRow&);

/// The three sections behind the table.
std::string perplexity_sections(const quality::PerplexitySummary&);

/// The table, an empty line and, from 100 tokens on, the sections.
std::string perplexity_text(const quality::PerplexityStatistics&);

/// A baseline's own run: "[1]5.7341,[2]4.8382," and the final estimate on a line of its own.
std::string baseline_perplexity_text(const quality::BaselinePerplexity&);

}  // namespace bitworth::report
