#include "bitworth/quality/perplexity_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::quality {
namespace {

// Every formula here is llama-perplexity's, so that it prints the same digits; where it divides 0 by 0 or
// takes the root of a rounding error below 0, the value is 0.

WithError mean(double sum, double sum_of_squares, std::int64_t tokens) {
  const auto count = static_cast<double>(tokens);
  const double value = sum / count;
  const double variance = sum_of_squares / count - value * value;
  return {value, variance > 0 && tokens > 10 ? std::sqrt(variance / (count - 1)) : 0};
}

double covariance(double sum_a, double sum_b, double sum_ab, std::int64_t tokens) {
  if (tokens < 10) return 0;
  const auto count = static_cast<double>(tokens);
  return (sum_ab / count - sum_a / count * (sum_b / count)) / (count - 1);
}

double root(double variance) {
  return std::sqrt(std::max(0.0, variance));
}

/// The means over all tokens so far that both the table and the sections print.
struct Means {
  explicit Means(const DivergenceSums& sums)
      : log_perplexity(mean(sums.candidate_nll, sums.candidate_nll_squared, sums.tokens)),
        baseline_log_perplexity(mean(sums.baseline_nll, sums.baseline_nll_squared, sums.tokens)),
        log_covariance(covariance(sums.candidate_nll, sums.baseline_nll, sums.nll_product, sums.tokens)),
        kld(mean(sums.kld, sums.kld_squared, sums.tokens)),
        square_change(mean(sums.change_squared, sums.change_fourth, sums.tokens)) {
    const double share = static_cast<double>(sums.same_top) / static_cast<double>(sums.tokens);
    const double rest = std::max<double>(1, static_cast<double>(sums.tokens - 1));
    same_top = {share, std::sqrt(share * (1 - share) / rest)};
  }

  WithError log_ratio() const {
    const double a = log_perplexity.error, b = baseline_log_perplexity.error;
    return {log_perplexity.value - baseline_log_perplexity.value, root(a * a + b * b - 2.0 * log_covariance)};
  }
  WithError rms_change() const {
    const double rms = std::sqrt(square_change.value);
    return {rms, rms > 0 ? 0.5 / rms * square_change.error : 0};
  }

  WithError log_perplexity;
  WithError baseline_log_perplexity;
  double log_covariance;
  WithError kld;
  WithError square_change;
  WithError same_top;
};

WithError perplexity(const WithError& log_perplexity) {
  const double value = std::exp(log_perplexity.value);
  return {value, value * log_perplexity.error};
}

// Floats throughout, the place of the order statistic too.
float percentile(std::span<const float> sorted, float share) {
  const float place = share * static_cast<float>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const float part = place - static_cast<float>(below);
  return (1 - part) * sorted[below] + part * sorted[std::min(below + 1, sorted.size() - 1)];
}

PerplexityTail tail_of(std::span<const ContextScores> contexts, std::vector<float> ContextScores::*member,
                       std::span<const float> upper, std::span<const float> lower) {
  std::vector<float> values;
  for (const ContextScores& context : contexts)
    values.insert(values.end(), (context.*member).begin(), (context.*member).end());
  std::ranges::sort(values);
  PerplexityTail tail{values.back(), {}, 0, {}, values.front()};
  for (const float share : upper) tail.upper.push_back(percentile(values, share));
  for (const float share : lower) tail.lower.push_back(percentile(values, share));
  const std::size_t half = values.size() / 2;
  tail.median = values.size() % 2 == 0 ? 0.5F * (values[half] + values[half - 1]) : values[half];
  return tail;
}

PerplexityRow row_of(int contexts, const DivergenceSums& sums) {
  const Means means(sums);
  return {contexts,      perplexity(means.log_perplexity), means.log_ratio(), means.kld, means.rms_change(),
          means.same_top};
}

PerplexitySummary summary_of(const DivergenceSums& sums, std::span<const ContextScores> contexts) {
  const Means means(sums);
  PerplexitySummary result;
  result.perplexity = perplexity(means.log_perplexity);
  result.baseline_perplexity = perplexity(means.baseline_log_perplexity);
  const double errors = means.log_perplexity.error * means.baseline_log_perplexity.error;
  result.correlation = errors > 0 ? means.log_covariance / errors : 0;
  result.log_perplexity_ratio = means.log_ratio();
  result.perplexity_ratio = perplexity(result.log_perplexity_ratio);
  const WithError &q = result.perplexity, &base = result.baseline_perplexity;
  result.perplexity_difference = {q.value - base.value,
                                  root(q.error * q.error + base.error * base.error -
                                       2.0 * (q.value * base.value * means.log_covariance))};
  result.kld = means.kld;
  result.kld_tail = tail_of(contexts, &ContextScores::kld, kld_upper, kld_lower);
  result.change = mean(sums.change, sums.change_squared, sums.tokens);
  result.change_tail = tail_of(contexts, &ContextScores::probability_changes, change_upper, change_lower);
  result.rms_change = means.rms_change();
  result.same_top = means.same_top;
  return result;
}

}  // namespace

PerplexityStatistics perplexity_statistics(std::span<const ContextScores> contexts) {
  constexpr std::int64_t least_tokens = 100;
  PerplexityStatistics result;
  DivergenceSums sums;
  for (const ContextScores& context : contexts) {
    sums += context.total();
    result.rows.push_back(row_of(context.context + 1, sums));
  }
  if (sums.tokens >= least_tokens) result.summary = summary_of(sums, contexts);
  return result;
}

BaselinePerplexity baseline_perplexity(std::span<const BaselineSums> contexts) {
  BaselinePerplexity result;
  BaselineSums sums;
  for (const BaselineSums& context : contexts) {
    sums.tokens += context.tokens;
    sums.nll += context.nll;
    sums.nll_squared += context.nll_squared;
    result.running.push_back(std::exp(sums.nll / static_cast<double>(sums.tokens)));
  }
  if (sums.tokens < 1) return result;
  const auto count = static_cast<double>(sums.tokens);
  const double log_perplexity = sums.nll / count;
  const double variance = sums.nll_squared / count - log_perplexity * log_perplexity;
  const double error = variance > 0 ? std::sqrt(variance / (count - 1)) : 0;
  result.estimate = {std::exp(log_perplexity), error * std::exp(log_perplexity)};
  return result;
}

}  // namespace bitworth::quality
