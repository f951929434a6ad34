#pragma once

#include "bitworth/cases/case.hpp"
#include "bitworth/llm/architecture.hpp"

namespace bitworth::roofline {

/// How the GPUs of a replica divide the experts of a layer.
enum class ExpertSplit {
  by_width,  ///< tensor parallelism: each holds 1/t of every expert
  by_expert  ///< expert parallelism: each holds E/t whole experts
};

ExpertSplit expert_split(const cases::Option&);

/// What a step asks of the experts of one layer that one GPU holds.
struct ExpertLoad {
  double touched = 0;  ///< distinct experts, whose weights are read
  double visits = 0;   ///< one for each pair of a row and an expert
};

/// Spreads rows over so many equal groups of whole experts, and tells what the fullest of them gets: a step
/// waits for it. One group holds all experts.
/// Assumes: uniform routing, so of m rows a group of e experts expects e (1 - (1 - k/E)^m) touched and m k
/// e/E visits, with at most the variances of independent experts and exactly those of k draws without
/// replacement. Source: the largest of t normal variables is expected at mean + deviation sqrt(2 ln t) at
/// most (Boucheron, Lugosi and Massart, Concentration Inequalities, 2013, theorem 2.5).
class ExpertRouting {
 public:
  ExpertRouting() = default;
  ExpertRouting(const llm::MixtureOfExperts&, int groups);

  ExpertLoad fullest(double rows) const;

 private:
  double held_ = 0;            // experts of the fullest group
  double untouched_log_ = 0;   // of the chance that a row passes by an expert
  double visits_per_row_ = 0;  // of the group, on average
  double most_visits_per_row_ = 0;
  double visit_variance_per_row_ = 0;
  double deviations_ = 0;  // of the fullest group from the mean
};

}  // namespace bitworth::roofline
