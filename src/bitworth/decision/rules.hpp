#pragma once

#include <span>
#include <string>
#include <vector>

#include "bitworth/cases/rule.hpp"
#include "bitworth/decision/facts.hpp"

namespace bitworth::decision {

/// A rule that fires, with the facts that make it: "tokens_per_step 256 >= crossover_batch 172".
struct FiredRule {
  const cases::Rule* rule = nullptr;
  std::string numbers;
};

/// The rules whose conditions hold, in the order of the data, blocks first. What a fact cannot tell does not
/// hold. Assumes: the rules outlive the result.
std::vector<FiredRule> fired_rules(std::span<const cases::Rule>, std::span<const NamedFact>);

std::string to_text(cases::Severity);

}  // namespace bitworth::decision
