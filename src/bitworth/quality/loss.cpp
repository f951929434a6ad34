#include "bitworth/quality/loss.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/rng.hpp"
#include "bitworth/stats/student_t.hpp"

namespace bitworth::quality {
namespace {

// How much larger the variance of the loss is than if items were independent.
double design_effect_of(const cases::OutcomeSlice& slice) {
  const double loss = slice.counts.loss(), psi = slice.counts.discordance();
  const auto items = static_cast<double>(slice.counts.items);
  const auto clusters = static_cast<double>(slice.clusters.size());
  // With no disagreement at all nothing tells how alike a cluster's items are: it counts as one.
  if (psi == 0) return items / clusters;
  double squares = 0;
  for (const cases::PairedCounts& cluster : slice.clusters) {
    const auto lost = static_cast<double>(cluster.baseline_only - cluster.candidate_only);
    const double residual = lost - loss * static_cast<double>(cluster.items);
    squares += residual * residual;
  }
  const double clustered = clusters / (clusters - 1) * squares / (items * items);
  const double independent = (psi - loss * loss) / items;
  return independent > 0 ? std::max(1.0, clustered / independent) : items / clusters;
}

}  // namespace

LossEvidence::LossEvidence(const cases::OutcomeSlice& slice) {
  if (slice.unpaired) {
    paired_ = false;
    loss_ = slice.unpaired->loss;
    standard_error_ = slice.unpaired->standard_error;
    return;
  }
  loss_ = slice.counts.loss();
  discordance_ = slice.counts.discordance();
  effective_ = weights(slice.counts);
  clusters_ = static_cast<int>(slice.clusters.size());
  if (clusters_ < 2) return;
  design_effect_ = design_effect_of(slice);
  effective_ = {effective_.items / design_effect_, effective_.baseline_only / design_effect_,
                effective_.candidate_only / design_effect_};
}

double LossEvidence::cdf(double score) const {
  return clusters_ > 1 ? stats::student_t_cdf(score, clusters_ - 1) : normal_cdf(score);
}

double LossEvidence::score(double loss) const {
  return paired_ ? tango_z(effective_, loss) : (loss - loss_) / standard_error_;
}

Interval LossEvidence::interval(double probability) const {
  if (clusters_ == 1) return {-1, 1};  // one cluster is one observation
  const double p = (1 + probability) / 2;
  const double critical = clusters_ > 1 ? stats::student_t_quantile(p, clusters_ - 1) : normal_quantile(p);
  if (paired_) return tango_interval(effective_, critical);
  return {std::max(-1.0, loss_ - critical * standard_error_),
          std::min(1.0, loss_ + critical * standard_error_)};
}

double LossEvidence::p_below(double loss) const {
  return clusters_ == 1 ? 1 : cdf(-score(loss));
}

double LossEvidence::p_above(double loss) const {
  return clusters_ == 1 ? 1 : cdf(score(loss));
}

Estimate loss_estimate(const cases::QualityEvidence& evidence) {
  const LossEvidence loss(*evidence.whole);
  const Interval interval = loss.interval(0.8);
  return {.value = loss.loss(),
          .p10 = interval.low,
          .p90 = interval.high,
          .provenance = evidence.provenance,
          .source = evidence.source,
          .date = evidence.date};
}

}  // namespace bitworth::quality
