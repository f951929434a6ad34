#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "bitworth/serving/step.hpp"

namespace bitworth::serving {

/// A figure with its 95 % confidence interval; absent: too few samples to say.
struct Figure {
  double value = 0;
  struct Interval {
    double low = 0;
    double high = 0;
  };
  std::optional<Interval> interval;
};

/// What is known of a sample of times, in seconds. Quantiles are within 0.4 % of those of the sample.
struct Distribution {
  std::uint64_t count = 0;
  Figure mean, p50, p90, p95, p99;
};

/// Times in bins of equal relative width (1/128 of an octave's lower end), in memory for the octaves that
/// occur: a search for a capacity makes thousands of these. The sample comes in batches, stretches of the run
/// one after the other: the spread between them gives confidence intervals that hold for the correlated waits
/// of a queue, where counting samples would promise too much.
class LogHistogram {
 public:
  static constexpr std::size_t batches = 16;
  static constexpr double relative_error = 1.0 / 256;

  /// With one batch there are no intervals, and a sixteenth of the memory. Assumes: 1 or `batches`.
  explicit LogHistogram(std::size_t own_batches = batches) : own_batches_(own_batches) {
    begins_.fill(absent);
  }

  /// Assumes: the batch is one of its own.
  void add(std::size_t batch, Nanoseconds value, std::uint64_t times = 1) {
    const std::size_t bin = bin_of(value), octave = bin >> bits_per_octave;
    if (begins_[octave] == absent) append(octave);
    counts_[begins_[octave] + (bin % bins_per_octave) * own_batches_ + batch] += times;
    sums_[batch] += static_cast<double>(value) * static_cast<double>(times);
  }

  /// Assumes: as many batches of its own.
  void merge(const LogHistogram& other);

  Distribution distribution() const;

  /// The p-quantile in seconds; absent: empty.
  std::optional<double> quantile(double p) const;

 private:
  // From 256 ns to 13 days; times outside count as the nearest.
  static constexpr int bits_per_octave = 7;
  static constexpr Nanoseconds smallest = Nanoseconds{1} << 8;
  static constexpr Nanoseconds largest = (Nanoseconds{1} << 50) - 1;
  static constexpr std::size_t octaves = 50 - 8, bins_per_octave = std::size_t{1} << bits_per_octave;
  static constexpr std::uint32_t absent = static_cast<std::uint32_t>(-1);
  static constexpr std::uint64_t first_bits = std::bit_cast<std::uint64_t>(static_cast<double>(smallest)) >>
                                              (52 - bits_per_octave);

  static std::size_t bin_of(Nanoseconds value) {
    const auto inside = static_cast<double>(std::clamp(value, smallest, largest));
    return (std::bit_cast<std::uint64_t>(inside) >> (52 - bits_per_octave)) - first_bits;
  }
  static double seconds_of(std::size_t bin);

  using Batches = std::array<std::uint64_t, batches>;
  struct Totals {
    std::size_t first = 0;            // the bin that these begin with
    std::vector<std::uint64_t> bins;  // of whole octaves, from the first that occurs to the last
    Batches by_batch = {};
    std::uint64_t count = 0;
  };
  Totals totals() const;
  std::size_t bin_at(const Totals&, double p) const;
  Figure quantile_figure(const Totals&, double p) const;
  Figure mean_figure(const Totals&) const;
  void append(std::size_t octave);

  std::size_t own_batches_;
  std::array<std::uint32_t, octaves> begins_;  // where an octave's counts begin
  std::vector<std::uint64_t> counts_;          // [octave as it came][bin][batch]
  std::array<double, batches> sums_ = {};
};

}  // namespace bitworth::serving
