#pragma once

#include <string>

#include "bitworth/decision/decide.hpp"

namespace bitworth::report {

// The parts of a decision's page that say what it is worth, how sure that is and what to do about it; each
// ends with an empty line, or is empty where there is nothing to say.

/// Names of facts and inputs, which are like variables, as people read them.
std::string spaced(std::string names);

/// What the answer hangs on: the widest swings of the best option.
std::string tornado_text(const decision::Decision&);

/// What would turn the best option's answer around.
std::string break_evens_text(const decision::Decision&);

/// What could be measured, what it gains and costs.
std::string measurements_text(const decision::Decision&);

/// The rules that fire, once each, with the numbers that made them.
std::string rules_text(const cases::Case&, const decision::Decision&);

std::string kill_criteria_text(const decision::Decision&);

/// Whether the article's matrix says the same as the verdict, and why not.
std::string agreement_text(const decision::Decision&);

/// The verdict in words, without full stops: what to do, and why. Empty: nothing can be judged.
struct Conclusion {
  std::string advice;
  std::string because;
};
Conclusion conclusion(const cases::Case&, const decision::Decision&);

/// The verdict in a few sentences, with the rule that it follows.
std::string verdict_text(const cases::Case&, const decision::Decision&);

}  // namespace bitworth::report
