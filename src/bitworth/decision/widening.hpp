#pragma once

#include <string>
#include <vector>

#include "bitworth/cases/case.hpp"

namespace bitworth::decision {

/// An interval whose bad side a rule has made longer.
struct Widened {
  const cases::Rule* rule = nullptr;
  std::string input;  ///< by the name of the unknown: "quality loss", "kernels of w4a16"
  double factor = 1;
};

/// A case whose intervals are as wide as the rules that fire say.
struct WidenedCase {
  cases::Case c;
  std::vector<std::vector<Widened>> by_option;
  std::vector<double> kernel_doubts;  ///< by option: so many times as far may its kernels be too slow
};

/// Widens what the rules with `widens` concern, for each option that fires them. Every rule is a doubt of its
/// own, so variances add: two that double a side make it 2.6 times as long. Only the bad side grows, of
/// losses and of times: a warning is no hope, and a project that can be rolled back would profit from a wider
/// good side. In the case the spread of kernels is that of the bad side; uncertainty_of() takes the doubts to
/// tell the good one. Only facts that hold before anything runs are asked, since what runs hangs on the
/// intervals. Assumes: the case outlives the result.
WidenedCase widen(const cases::Case&);

}  // namespace bitworth::decision
