#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace bitworth::report {

/// What differs between two answers of decide, as sentences: the verdict, each option by its name, then the
/// figures of the case. `before` may come from anywhere: what it lacks is not compared.
std::vector<std::string> changes(const nlohmann::ordered_json& before, const nlohmann::ordered_json& now);

/// The same as a part of the page.
std::string changes_text(const std::vector<std::string>& changes);

}  // namespace bitworth::report
