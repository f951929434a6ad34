#include "bitworth/stats/signed_rank.hpp"

#include <algorithm>
#include <vector>

namespace bitworth::stats {
namespace {

// Larger samples hold more pairs than are worth sorting: their first numbers stand for all.
constexpr std::size_t largest_sample = 400;

std::vector<double> sorted_pair_means(std::span<const double> sample) {
  std::vector<double> means;
  means.reserve(sample.size() * (sample.size() + 1) / 2);
  for (std::size_t i = 0; i < sample.size(); ++i)
    for (std::size_t j = i; j < sample.size(); ++j) means.push_back((sample[i] + sample[j]) / 2);
  std::ranges::sort(means);
  return means;
}

// Probabilities of each sum of the ranks with a positive sign, of which each has probability 1/2.
std::vector<double> signed_rank_distribution(std::size_t n) {
  std::vector<double> probability(n * (n + 1) / 2 + 1, 0);
  probability[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    for (std::size_t sum = probability.size(); sum-- > 0;)
      probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2;
  }
  return probability;
}

}  // namespace

std::optional<Location> location(std::span<const double> sample, double confidence) {
  if (sample.empty()) return std::nullopt;
  sample = sample.first(std::min(sample.size(), largest_sample));
  const std::vector<double> means = sorted_pair_means(sample);
  const std::size_t count = means.size();
  Location result;
  result.median = (means[(count - 1) / 2] + means[count / 2]) / 2;
  const std::vector<double> probability = signed_rank_distribution(sample.size());
  // Leaving out k means at either end leaves out the sums 0 .. k at either end.
  std::size_t k = 0;
  double tail = probability[0];
  while (k + 1 < (count + 1) / 2 && 1 - 2 * (tail + probability[k + 1]) >= confidence)
    tail += probability[++k];
  result.low = means[k];
  result.high = means[count - 1 - k];
  result.confidence = std::max(0.0, 1 - 2 * tail);
  return result;
}

}  // namespace bitworth::stats
