#include "bitworth/validation/score.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

namespace bitworth::validation {
namespace {

/// A number and what it weighs.
struct Weighted {
  double value = 0;
  double weight = 0;
};

std::optional<double> mean(const std::vector<Weighted>& sample) {
  double sum = 0, weights = 0;
  for (const Weighted& each : sample) {
    sum += each.value * each.weight;
    weights += each.weight;
  }
  return weights > 0 ? std::optional(sum / weights) : std::nullopt;
}

// The least value at or below which that share of the weight lies.
std::optional<double> quantile(std::vector<Weighted> sample, double share) {
  if (sample.empty()) return std::nullopt;
  std::ranges::stable_sort(sample, {}, &Weighted::value);
  double weights = 0, below = 0;
  for (const Weighted& each : sample) weights += each.weight;
  for (const Weighted& each : sample) {
    below += each.weight;
    if (below >= share * weights) return each.value;
  }
  return sample.back().value;
}

bool is_a_change(double speedup) {
  return speedup < 0.95 || speedup > 1.05;
}

}  // namespace

double ScoredPair::log_error() const {
  return std::log(prediction.speedup / pair->pair.speedup);
}

Validation validate(const std::vector<cases::ResolvedPair>& pairs, std::vector<cases::RefusedPair> refused) {
  Validation result;
  result.refused = std::move(refused);
  std::map<std::string, int> rows_of_cell;
  for (const cases::ResolvedPair& pair : pairs) {
    const auto prediction = predict(pair);
    if (!prediction) {
      result.refused.push_back({pair.pair.line, prediction.error()});
      continue;
    }
    ++rows_of_cell[pair.pair.cell];
    result.pairs.push_back({&pair, *prediction, 1});
  }
  for (ScoredPair& scored : result.pairs) scored.weight = 1.0 / rows_of_cell[scored.pair->pair.cell];
  std::ranges::stable_sort(result.refused, {}, &cases::RefusedPair::line);
  return result;
}

Score score(const std::vector<ScoredPair>& pairs) {
  std::vector<Weighted> errors, sizes, directions, covered;
  std::set<std::string_view> cells;
  Score result;
  for (const ScoredPair& scored : pairs) {
    const double measured = scored.pair->pair.speedup, error = scored.log_error(), weight = scored.weight;
    const Prediction& predicted = scored.prediction;
    errors.push_back({error, weight});
    sizes.push_back({std::abs(error), weight});
    covered.push_back({measured >= predicted.p10 && measured <= predicted.p90 ? 1.0 : 0.0, weight});
    if (is_a_change(measured))
      directions.push_back({(predicted.speedup - 1) * (measured - 1) > 0 ? 1.0 : 0.0, weight});
    ++result.rows;
    cells.insert(scored.pair->pair.cell);
  }
  result.cells = static_cast<int>(cells.size());
  result.median_abs_log_error = quantile(sizes, 0.5);
  result.p90_abs_log_error = quantile(sizes, 0.9);
  result.bias = mean(errors);
  result.direction_right = mean(directions);
  result.coverage_80 = mean(covered);
  return result;
}

std::map<std::string, Score> score_by(const std::vector<ScoredPair>& pairs,
                                      std::string cases::MeasuredPair::*word) {
  std::map<std::string, std::vector<ScoredPair>> groups;
  for (const ScoredPair& scored : pairs) groups[scored.pair->pair.*word].push_back(scored);
  std::map<std::string, Score> result;
  for (const auto& [name, group] : groups) result[name] = score(group);
  return result;
}

}  // namespace bitworth::validation
