#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bitworth/decision/decide.hpp"

namespace bitworth::report {

// The parts of a decision that say what it is worth and how sure that is, as docs/schema/decide.json has
// them.
nlohmann::ordered_json worth_json(const std::vector<decision::BreakEven>&);
nlohmann::ordered_json worth_json(const std::optional<decision::WorthSpread>&);
nlohmann::ordered_json worth_json(const std::optional<decision::MoneyView>&);
nlohmann::ordered_json worth_json(const std::vector<decision::FiredRule>&);
nlohmann::ordered_json worth_json(const std::vector<decision::Widened>&);
nlohmann::ordered_json worth_json(const cases::Case&, const decision::Information&);
nlohmann::ordered_json worth_json(const std::vector<decision::Swing>&);
nlohmann::ordered_json worth_json(const std::vector<decision::KillCriterion>&);

}  // namespace bitworth::report
