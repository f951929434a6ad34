#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bitworth/cases/measured_pair.hpp"
#include "bitworth/validation/predict.hpp"

namespace bitworth::validation {

/// How far predictions are from measurements. Every cell weighs the same, however many rows it has.
struct Score {
  int rows = 0;   ///< that were predicted
  int cells = 0;  ///< that they belong to; a group may hold parts of cells
  // Absent: no row counts.
  std::optional<double> median_abs_log_error;
  std::optional<double> p90_abs_log_error;
  std::optional<double> bias;  ///< mean of ln(predicted / measured)
  /// Share of the rows with a speed-up outside 0.95..1.05 whose prediction is on the same side of 1.
  std::optional<double> direction_right;
  std::optional<double> coverage_80;  ///< share measured inside p10..p90
};

/// A pair, its prediction, and what it weighs: 1 over the rows of its cell.
struct ScoredPair {
  const cases::ResolvedPair* pair = nullptr;
  Prediction prediction;
  double weight = 1;

  /// ln(predicted / measured).
  double log_error() const;
};

struct Validation {
  std::vector<ScoredPair> pairs;
  std::vector<cases::RefusedPair> refused;  ///< by line
};

/// Predicts every pair. `refused`: the rows that the reader gave up already; those that cannot be predicted
/// join them. Assumes: the pairs outlive the result.
Validation validate(const std::vector<cases::ResolvedPair>&, std::vector<cases::RefusedPair> refused);

Score score(const std::vector<ScoredPair>&);

/// The scores of the pairs that share a word of theirs, by that word.
std::map<std::string, Score> score_by(const std::vector<ScoredPair>&, std::string cases::MeasuredPair::*word);

}  // namespace bitworth::validation
