#include "bitworth/quality/divergence_summary.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bitworth/quality/divergence_clusters.hpp"
#include "bitworth/stats/summary.hpp"

namespace bitworth::quality {
namespace {

double tokens_of(const DivergenceSums& sums) {
  return static_cast<double>(sums.tokens);
}

/// Means over tokens with their intervals over clusters; without clusters, the means alone.
class Means {
 public:
  Means(Clusters clusters, double level) : clusters_(std::move(clusters)), level_(level) {}

  template <class X>
  ClusteredValue mean(X x) const {
    const std::vector<ClusterPart> parts = parts_of(clusters_, x, tokens_of);
    return parts.size() < 2 ? alone(parts) : clustered_ratio(parts, level_);
  }

  template <class X>
  ClusteredValue positive_mean(X x) const {
    const std::vector<ClusterPart> parts = parts_of(clusters_, x, tokens_of);
    return parts.size() < 2 ? alone(parts) : clustered_positive_ratio(parts, level_);
  }

  // 1 less the share that differs, which is small and skewed.
  ClusteredValue same_top() const {
    const ClusteredValue differs = positive_mean(
        [](const DivergenceSums& sums) { return static_cast<double>(sums.tokens - sums.same_top); });
    ClusteredValue same{1 - differs.value, differs.standard_error, std::max(0.0, 1 - differs.high),
                        1 - differs.low};
    // Not one seen: the share at which as many clusters of one outcome each would all agree by chance.
    if (differs.value == 0 && clusters_.sums.size() >= 2)
      same.low = std::pow((1 - level_) / 2, 1 / static_cast<double>(clusters_.sums.size()));
    return same;
  }

 private:
  static ClusteredValue alone(std::span<const ClusterPart> parts) {
    const double value = parts[0].x / parts[0].y;
    return {value, 0, value, value};
  }

  Clusters clusters_;
  double level_;
};

ClusteredValue root(const ClusteredValue& square) {
  const double value = std::sqrt(square.value);
  return {value, value > 0 ? square.standard_error / (2 * value) : 0, std::sqrt(square.low),
          std::sqrt(square.high)};
}

std::vector<double> gather(std::span<const ContextScores> contexts,
                           std::vector<float> ContextScores::*values) {
  std::vector<double> result;
  for (const ContextScores& context : contexts)
    result.insert(result.end(), (context.*values).begin(), (context.*values).end());
  return result;
}

std::vector<Percentile> percentiles(std::vector<double> values, std::span<const double> percents) {
  constexpr double tokens_beyond = 100;
  const auto count = static_cast<double>(values.size());
  std::vector<double> shares;
  for (const double percent : percents) shares.push_back(percent / 100);
  const std::vector<double> found = stats::quantiles(std::move(values), shares);
  std::vector<Percentile> result;
  for (std::size_t i = 0; i < percents.size(); ++i) {
    // In percents, which are exact where the shares are not.
    const double beyond = std::min(percents[i], 100 - percents[i]);
    result.push_back({percents[i], found[i], std::round(count * beyond * 10) >= 1000 * tokens_beyond});
  }
  return result;
}

// The same tokens, scored the same way.
bool comparable(std::span<const ContextScores> a, std::span<const ContextScores> b) {
  const auto same_part = [](const DocumentSums& x, const DocumentSums& y) {
    return x.document == y.document && x.sums.tokens == y.sums.tokens;
  };
  return std::ranges::equal(a, b, [&](const ContextScores& x, const ContextScores& y) {
    return x.mode == y.mode && x.context == y.context &&
           std::ranges::equal(x.documents, y.documents, same_part);
  });
}

double kld_of(std::span<const ContextScores> contexts) {
  double kld = 0;
  for (const ContextScores& context : contexts) kld += context.total().kld;
  return kld;
}

void add_tails(DivergenceSummary& summary, std::span<const ContextScores> contexts) {
  constexpr double kld_percents[] = {50, 90, 95, 99, 99.9};
  constexpr double change_percents[] = {0.1, 1, 5, 25, 50, 75, 95, 99, 99.9};
  constexpr double much = 0.1;  // nats: a token that a reader may notice
  std::vector<double> kld = gather(contexts, &ContextScores::kld);
  const auto [least, largest] = std::ranges::minmax(kld);
  summary.least_kld = least;
  summary.largest_kld = largest;
  summary.share_above_tenth_nat =
      static_cast<double>(std::ranges::count_if(kld, [](double value) { return value > much; })) /
      static_cast<double>(kld.size());
  summary.kld_percentiles = percentiles(std::move(kld), kld_percents);
  summary.change_percentiles =
      percentiles(gather(contexts, &ContextScores::probability_changes), change_percents);
}

}  // namespace

double DivergenceSummary::baseline_perplexity() const {
  return std::exp(baseline_nll.value);
}

double DivergenceSummary::candidate_perplexity() const {
  return std::exp(candidate_nll.value);
}

DivergenceSummary summarize(std::span<const ContextScores> contexts, double level) {
  using Sums = DivergenceSums;
  DivergenceSummary summary;
  summary.mode = contexts.front().mode;
  summary.contexts = static_cast<int>(contexts.size());
  for (const ContextScores& context : contexts) summary.tokens += context.total().tokens;
  Clusters clusters = cluster(contexts);
  summary.documents = clusters.documents;
  summary.unit = clusters.unit;
  summary.clusters = static_cast<int>(clusters.sums.size());

  const Means means(std::move(clusters), level);
  summary.kld = means.positive_mean([](const Sums& s) { return s.kld; });
  summary.same_top = means.same_top();
  summary.baseline_nll = means.mean([](const Sums& s) { return s.baseline_nll; });
  summary.candidate_nll = means.mean([](const Sums& s) { return s.candidate_nll; });
  summary.log_perplexity_ratio = means.mean([](const Sums& s) { return s.candidate_nll - s.baseline_nll; });
  summary.probability_change = means.mean([](const Sums& s) { return s.change; });
  summary.rms_probability_change = root(means.positive_mean([](const Sums& s) { return s.change_squared; }));
  add_tails(summary, contexts);
  return summary;
}

double DivergenceRatio::ratio() const {
  return std::exp(log_ratio.value);
}

double DivergenceRatio::ratio_low() const {
  return std::exp(log_ratio.low);
}

double DivergenceRatio::ratio_high() const {
  return std::exp(log_ratio.high);
}

Nearer DivergenceRatio::nearer() const {
  if (log_ratio.high < 0) return Nearer::a;
  return log_ratio.low > 0 ? Nearer::b : Nearer::undecided;
}

Result<std::optional<DivergenceRatio>> compare(std::span<const ContextScores> a,
                                               std::span<const ContextScores> b, double level) {
  if (!comparable(a, b)) {
    return std::unexpected(Error{ErrorKind::inconsistent,
                                 {},
                                 "the two were not scored on the same tokens in the same way",
                                 "score both on one text with one context and one mode"});
  }
  const Clusters of_a = cluster(a), of_b = cluster(b);
  if (of_a.unit == ClusterUnit::none) return std::nullopt;
  std::vector<ClusterPart> parts;
  for (std::size_t i = 0; i < of_a.sums.size(); ++i) parts.push_back({of_a.sums[i].kld, of_b.sums[i].kld});
  const std::optional<ClusteredValue> log_ratio = clustered_log_ratio(parts, level);
  if (!log_ratio) return std::nullopt;
  return DivergenceRatio{*log_ratio, of_a.unit, static_cast<int>(parts.size())};
}

std::string_view to_text(AgainstFloor standing) {
  switch (standing) {
    case AgainstFloor::above:
      return "above the noise floor";
    case AgainstFloor::indistinguishable:
      return "not distinguishable from the engine's noise";
    case AgainstFloor::unclear:
      break;
  }
  return "not clearly above the noise floor";
}

Result<AgainstFloor> against_floor(std::span<const ContextScores> candidate,
                                   std::span<const ContextScores> floor, double multiple, double level) {
  const Result<std::optional<DivergenceRatio>> ratio = compare(candidate, floor, level);
  if (!ratio) return std::unexpected(ratio.error());
  const double candidate_kld = kld_of(candidate), floor_kld = kld_of(floor);
  if (candidate_kld <= 0 || candidate_kld < multiple * floor_kld) return AgainstFloor::indistinguishable;
  if (floor_kld <= 0) return AgainstFloor::above;
  if (!*ratio || (*ratio)->ratio_low() < multiple) return AgainstFloor::unclear;
  return AgainstFloor::above;
}

}  // namespace bitworth::quality
