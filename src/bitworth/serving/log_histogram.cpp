#include "bitworth/serving/log_histogram.hpp"

#include <cmath>
#include <utility>

namespace bitworth::serving {
namespace {

// Student's t at 97.5 % for 15 degrees of freedom, one fewer than the batches.
constexpr double t_975 = 2.1314;
// Fewer samples a batch than this, and the batches are no batches.
constexpr std::uint64_t fewest_per_batch = 8;

// The half width of a 95 % interval of a mean from the batches' own means; absent: a batch is too small.
template <class Counts, class BatchMean>
std::optional<double> half_width(const Counts& counts, BatchMean batch_mean) {
  double sum = 0, squares = 0;
  for (std::size_t b = 0; b < counts.size(); ++b) {
    if (counts[b] < fewest_per_batch) return std::nullopt;
    sum += batch_mean(b);
  }
  const auto n = static_cast<double>(counts.size());
  for (std::size_t b = 0; b < counts.size(); ++b) {
    const double deviation = batch_mean(b) - sum / n;
    squares += deviation * deviation;
  }
  return t_975 * std::sqrt(squares / (n - 1) / n);
}

}  // namespace

void LogHistogram::append(std::size_t octave) {
  begins_[octave] = static_cast<std::uint32_t>(counts_.size());
  counts_.resize(counts_.size() + bins_per_octave * own_batches_);
}

void LogHistogram::merge(const LogHistogram& other) {
  for (std::size_t octave = 0; octave < octaves; ++octave) {
    if (other.begins_[octave] == absent) continue;
    if (begins_[octave] == absent) append(octave);
    for (std::size_t i = 0; i < bins_per_octave * own_batches_; ++i)
      counts_[begins_[octave] + i] += other.counts_[other.begins_[octave] + i];
  }
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
}

double LogHistogram::seconds_of(std::size_t bin) {
  const auto at = [](std::size_t i) {
    return std::bit_cast<double>((i + first_bits) << (52 - bits_per_octave));
  };
  return (at(bin) + at(bin + 1)) / 2 / workload::nanoseconds_per_second;
}

LogHistogram::Totals LogHistogram::totals() const {
  Totals result;
  if (counts_.empty()) return result;
  const auto occurs = [](std::uint32_t begin) { return begin != absent; };
  const auto first = std::ranges::find_if(begins_, occurs);
  const auto last = std::find_if(begins_.rbegin(), begins_.rend(), occurs).base();
  result.first = static_cast<std::size_t>(first - begins_.begin()) << bits_per_octave;
  result.bins.resize(static_cast<std::size_t>(last - first) << bits_per_octave);
  for (auto octave = first; octave != last; ++octave) {
    if (!occurs(*octave)) continue;
    const std::uint64_t* counts = &counts_[*octave];
    std::uint64_t* bins = &result.bins[static_cast<std::size_t>(octave - first) << bits_per_octave];
    for (std::size_t bin = 0; bin < bins_per_octave; ++bin) {
      for (std::size_t b = 0; b < own_batches_; ++b, ++counts) {
        bins[bin] += *counts;
        result.by_batch[b] += *counts;
      }
      result.count += bins[bin];
    }
  }
  return result;
}

std::size_t LogHistogram::bin_at(const Totals& totals, double p) const {
  // The rank that type-7 quantiles round down to.
  const auto rank = static_cast<std::uint64_t>(p * static_cast<double>(totals.count - 1)) + 1;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < totals.bins.size(); ++i) {
    seen += totals.bins[i];
    if (seen >= rank) return totals.first + i;
  }
  return totals.first + totals.bins.size() - 1;
}

std::optional<double> LogHistogram::quantile(double p) const {
  const Totals all = totals();
  if (all.count == 0) return std::nullopt;
  return seconds_of(bin_at(all, p));
}

Figure LogHistogram::quantile_figure(const Totals& totals, double p) const {
  const std::size_t bin = bin_at(totals, p);
  Figure figure{seconds_of(bin), std::nullopt};
  if (own_batches_ == 1) return figure;
  Batches below = {};
  for (std::size_t octave = 0; octave <= bin >> bits_per_octave; ++octave) {
    if (begins_[octave] == absent) continue;
    const std::size_t bins = std::min(bin + 1 - (octave << bits_per_octave), bins_per_octave);
    const std::uint64_t* counts = &counts_[begins_[octave]];
    for (std::size_t i = 0; i < bins; ++i) {
      for (std::size_t b = 0; b < own_batches_; ++b, ++counts) below[b] += *counts;
    }
  }
  const auto share = [&](std::size_t b) {
    return static_cast<double>(below[b]) /
           static_cast<double>(std::max<std::uint64_t>(totals.by_batch[b], 1));
  };
  if (const auto width = half_width(totals.by_batch, share)) {
    figure.interval = {seconds_of(bin_at(totals, std::max(0.0, p - *width))),
                       seconds_of(bin_at(totals, std::min(1.0, p + *width)))};
  }
  return figure;
}

Figure LogHistogram::mean_figure(const Totals& totals) const {
  const auto mean_of = [&](std::size_t b) {
    return sums_[b] / static_cast<double>(totals.by_batch[b]) / workload::nanoseconds_per_second;
  };
  double sum = 0;
  for (const double batch : sums_) sum += batch;
  Figure figure{sum / static_cast<double>(totals.count) / workload::nanoseconds_per_second, std::nullopt};
  if (const auto width = half_width(totals.by_batch, mean_of))
    figure.interval = {figure.value - *width, figure.value + *width};
  return figure;
}

Distribution LogHistogram::distribution() const {
  const Totals all = totals();
  if (all.count == 0) return {};
  return {all.count,
          mean_figure(all),
          quantile_figure(all, 0.5),
          quantile_figure(all, 0.9),
          quantile_figure(all, 0.95),
          quantile_figure(all, 0.99)};
}

}  // namespace bitworth::serving
