#pragma once

#include "bitworth/base/estimate.hpp"
#include "bitworth/quality/tango.hpp"

namespace bitworth::quality {

/// What outcomes say of the loss of accuracy: one object for items by themselves, in clusters, or unpaired.
///
/// Clusters: Tango's score on the counts divided by the design effect, against Student's t with one degree of
/// freedom less than there are clusters. The design effect is the linearised variance of the loss over
/// clusters against that over items, never below 1. Unpaired: the normal distribution.
/// Source: Rao and Scott 1992, Biometrics 48:577; Miller 2024, arXiv 2411.00640.
class LossEvidence {
 public:
  /// Assumes: the slice has an item.
  explicit LossEvidence(const cases::OutcomeSlice&);

  double loss() const { return loss_; }
  double discordance() const { return discordance_; }
  double design_effect() const { return design_effect_; }
  int clusters() const { return clusters_; }
  bool paired() const { return paired_; }

  /// The interval of that probability, for example 0.95.
  Interval interval(double probability) const;
  /// The probability of a loss seen so small were the true one as given.
  double p_below(double loss) const;
  /// The probability of a loss seen so large were the true one as given.
  double p_above(double loss) const;

 private:
  double cdf(double score) const;
  double score(double loss) const;

  bool paired_ = true;
  double loss_ = 0;
  double discordance_ = 0;
  double design_effect_ = 1;
  int clusters_ = 0;           // 0: every item stands for itself
  PairedWeights effective_;    // counts over the design effect
  double standard_error_ = 0;  // unpaired only
};

/// The loss and its 80 % interval as an estimate that replaces a prior.
Estimate loss_estimate(const cases::QualityEvidence&);

}  // namespace bitworth::quality
