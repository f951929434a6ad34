#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bitworth/cases/case.hpp"

namespace bitworth::decision {

struct Operation;

/// A fact that the article asks about, answered from the case; absent where the case cannot tell.
struct Fact {
  std::string key;
  std::optional<bool> holds;
  std::string because;  ///< the number behind it, or the key that would answer
};

/// What the article would say of this case.
struct ArticleView {
  std::vector<Fact> matrix;  ///< memory_constrained, decode_heavy, quality_critical, engineering_capacity
  std::string volume;        ///< low, moderate, high
  std::string volume_because;
  std::string advice;           ///< the decision matrix's answer, in the article's words
  std::string advice_assumes;   ///< unknown facts that were taken as false
  std::vector<Fact> checklist;  ///< the five reasons to skip
};

ArticleView article_view(const cases::Case&, const Operation& baseline);

/// The same, with the baseline simulated first.
ArticleView article_view(const cases::Case&);

}  // namespace bitworth::decision
