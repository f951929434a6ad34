#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace bitworth::report {

/// What a person would call a change between two answers of decide, as sentences: the verdict, the options
/// (the one it is about first) with their money, the baseline, the inputs, the other facts of the case. What
/// rounding and draws move is not told. REQUIRES: both are answers of decide (formats::read_earlier_answer).
std::vector<std::string> changes(const nlohmann::ordered_json& before, const nlohmann::ordered_json& now);

/// The same as a part of the page.
std::string changes_text(const std::vector<std::string>& changes);

}  // namespace bitworth::report
