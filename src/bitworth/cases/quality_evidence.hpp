#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bitworth/base/estimate.hpp"

namespace bitworth::cases {

/// Right or wrong, of two models on the same items.
struct PairedCounts {
  std::int64_t items = 0;
  std::int64_t baseline_only = 0;   ///< the baseline is right and the candidate is not
  std::int64_t candidate_only = 0;  ///< the candidate is right and the baseline is not

  /// Accuracy lost, absolute; positive is worse. Assumes: items > 0.
  double loss() const {
    return static_cast<double>(baseline_only - candidate_only) / static_cast<double>(items);
  }
  /// Share of items where exactly one of the two is right. Assumes: items > 0.
  double discordance() const {
    return static_cast<double>(baseline_only + candidate_only) / static_cast<double>(items);
  }
};

/// The difference of two scores that were not paired by item.
struct ScoreDifference {
  double loss = 0;
  double standard_error = 0;
};

/// Outcomes of a whole evaluation or of one kind of its items.
struct OutcomeSlice {
  std::string name;
  PairedCounts counts;
  /// One entry a cluster (a document, an item asked repeatedly) whose items go together; empty: every item
  /// stands for itself.
  std::vector<PairedCounts> clusters;
  /// Set where only the two scores are known; then counts holds no more than the items.
  std::optional<ScoreDifference> unpaired;
};

/// How far the candidate's next-token distributions are from the baseline's, on one text.
struct Divergence {
  double mean_kld = 0;                     ///< nats per token
  std::optional<double> standard_error{};  ///< as if tokens were independent, which they are not
  std::optional<double> p99_kld{};
  std::optional<double> same_top_token{};  ///< share of tokens
  std::optional<double> log_perplexity_ratio{};
  std::string source{};
};

/// What was observed of an option's answers against the baseline's.
struct QualityEvidence {
  std::optional<OutcomeSlice> whole;  ///< all items together
  std::vector<OutcomeSlice> slices;   ///< by task or kind; empty where the items have only one
  std::optional<Divergence> divergence;
  std::optional<double> noise_floor;  ///< KLD of the baseline against itself, nats per token
  Provenance provenance = Provenance::imported;
  std::string source{};
  std::string date;
  std::vector<std::string> warnings;  ///< what makes the comparison less fair than it looks
};

/// When a measured KLD alone rejects; from data/quality_priors.toml.
struct DivergenceScreen {
  double least_loss_per_nat = 0;     ///< accuracy lost per nat in the mildest published case
  double usual_noise_floor = 0;      ///< nats per token, where the baseline was not run against itself
  double floor_multiple = 0;         ///< below so many floors it is not told from the engine's noise
  double standard_error_factor = 1;  ///< on a standard error that takes tokens for independent
  std::string source{};
};

}  // namespace bitworth::cases
