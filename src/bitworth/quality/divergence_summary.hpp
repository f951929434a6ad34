#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/quality/divergence_interval.hpp"
#include "bitworth/quality/divergence_scores.hpp"

namespace bitworth::quality {

struct Percentile {
  double percent = 0;
  double value = 0;
  /// At least a hundred tokens lie beyond it; else it is little more than the largest few values.
  bool well_supported = false;
};

/// How far a candidate is from its baseline on one text. Only comparable within one text, context and engine.
struct DivergenceSummary {
  ScoreMode mode = ScoreMode::exact;
  std::int64_t tokens = 0;
  int contexts = 0;
  int documents = 0;
  ClusterUnit unit = ClusterUnit::none;  ///< of every interval here; with none each low and high is the value
  int clusters = 0;                      ///< fewer than 30 say little about documents in general

  ClusteredValue kld;  ///< nats a token
  /// Share of tokens with the same most likely next one. With none that differ, low is what could have hidden
  /// among so few clusters.
  ClusteredValue same_top;
  ClusteredValue baseline_nll;          ///< nats a token; perplexity is its exp
  ClusteredValue candidate_nll;         ///< the same of the candidate
  ClusteredValue log_perplexity_ratio;  ///< ln(candidate's perplexity / baseline's), paired
  ClusteredValue probability_change;    ///< mean, as a fraction
  ClusteredValue rms_probability_change;

  double least_kld = 0;
  double largest_kld = 0;
  double share_above_tenth_nat = 0;            ///< of tokens with a KLD above 0.1
  std::vector<Percentile> kld_percentiles;     ///< 50, 90, 95, 99, 99.9
  std::vector<Percentile> change_percentiles;  ///< 0.1, 1, 5, 25, 50, 75, 95, 99, 99.9

  double baseline_perplexity() const;
  double candidate_perplexity() const;
  bool few_clusters() const { return clusters < 30; }
};

/// The figures of a run. Assumes: one mode, at least one token, contexts in order.
///
///   const ContextPlan plan = *plan_contexts(tokens.size(), 256, std::nullopt, "stories.txt");
///   for (int i = 0; i < plan.contexts; ++i) {
///     const auto next = tokens.subspan(plan.scored_place(i, 0), plan.scored_tokens());
///     const auto documents = documents_of(plan, i, first_tokens);
///     // Both models' rows from position plan.first_scored() on, plan.scored_tokens() of them.
///     contexts.push_back(*score_exact({i, next, documents}, vocabulary, baseline_rows, candidate_rows));
///     checkpoint << formats::to_json_line(contexts.back()) << std::endl;
///   }
///   const DivergenceSummary summary = summarize(contexts);
DivergenceSummary summarize(std::span<const ContextScores>, double level = usual_level);

/// Which of two candidates is nearer to their baseline, if the interval tells.
enum class Nearer { a, b, undecided };

/// How two candidates' divergences from one baseline compare: ln(KLD of a / KLD of b), paired by cluster.
/// Difficulty multiplies across documents, so the ratio is far more precise than either mean.
struct DivergenceRatio {
  ClusteredValue log_ratio;
  ClusterUnit unit = ClusterUnit::none;
  int clusters = 0;

  double ratio() const;
  double ratio_low() const;
  double ratio_high() const;
  Nearer nearer() const;
};

/// Absent: a KLD is 0, or there are fewer than two clusters.
/// Fails (inconsistent): the two were not scored on the same tokens in the same mode.
Result<std::optional<DivergenceRatio>> compare(std::span<const ContextScores> a,
                                               std::span<const ContextScores> b, double level = usual_level);

/// The candidate against the noise floor: the divergence of the baseline from itself, run again with other
/// batches (or in another 16-bit format) in the same engine.
enum class AgainstFloor {
  above,              ///< the ratio's whole interval lies above the multiple
  indistinguishable,  ///< the ratio itself is below it
  unclear,            ///< above it, but its interval is not
};
std::string_view to_text(AgainstFloor);

/// Where a candidate stands. `multiple` is a convention, about 2: a floor differs as much from run to run
/// (quality_priors.toml has it as floor_multiple). A floor of exactly 0 lets every other KLD stand above it.
/// Fails: as compare().
Result<AgainstFloor> against_floor(std::span<const ContextScores> candidate,
                                   std::span<const ContextScores> floor, double multiple,
                                   double level = usual_level);

}  // namespace bitworth::quality
