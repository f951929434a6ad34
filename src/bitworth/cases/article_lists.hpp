#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bitworth/base/estimate.hpp"

namespace bitworth::cases {

/// A kind of workload for which the article says what quantization gains.
struct Scenario {
  std::string key;
  std::string description;
  std::optional<double> memory_bound_fraction;  ///< absent: it varies
  std::string fraction;                         ///< as the article writes it: "0.8", "Varies"
  std::string expected_benefit;
  std::string typical_speedup;  ///< as the article writes it: "1.3-1.5x"
  double low = 1;               ///< ends of the typical speed-up
  double high = 1;
  bool high_roi = false;
};

/// A hidden cost as the article lists it, with the figures that the catalog gives it.
struct ArticleHiddenCost {
  std::string key;
  std::string figure;       ///< the article's "cost": "Days to weeks"
  std::string description;  ///< the article's "for"
  Estimate hours;           ///< once
  Estimate dollars;         ///< once
  Estimate hours_per_month;
  Estimate dollars_per_month;
  std::string counted_as;  ///< the key of a case that already holds it; empty: the case has no other
};

/// A reason to leave quantization alone.
struct ChecklistItem {
  std::string id;
  std::string condition;
  std::string reason;
  std::string computed_from;  ///< the part of a decision that answers it: "quality", "money", "queueing"
  std::string comment;
};

/// The article's lists, in the article's order.
struct ArticleLists {
  std::vector<Scenario> scenarios;
  std::vector<ArticleHiddenCost> hidden_costs;
  std::vector<ChecklistItem> checklist;
};

}  // namespace bitworth::cases
