#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bitworth/cases/evidence.hpp"
#include "bitworth/stats/signed_rank.hpp"

namespace bitworth::measure {

/// How certain the intervals of ratios are.
inline constexpr double ratio_confidence = 0.95;

/// Seconds that one pass takes: all samples of a file in a cell, over their repeats.
struct PassTime {
  double median = 0;
  double p10 = 0;
  double p90 = 0;
  std::size_t samples = 0;
};
std::optional<PassTime> pass_time(const cases::Evidence&, std::size_t file, std::size_t cell);

/// How many times as fast as the baseline a file is in a cell, paired by block: what slows the whole machine
/// for some seconds slows both.
struct SpeedRatio {
  double ratio = 1;  ///< above 1: faster than the baseline
  double low = 1;
  double high = 1;
  double confidence = 0;  ///< of low .. high: ratio_confidence, less with fewer than six blocks
  std::size_t blocks = 0;

  bool certain() const { return confidence >= ratio_confidence; }
  bool faster() const { return low > 1; }
  bool slower() const { return high < 1; }
};
std::optional<SpeedRatio> speed_ratio(const cases::Evidence&, std::size_t file, std::size_t cell);

/// The widest interval of all ratios as half its width in logarithms: what more blocks would narrow.
/// Absent: a ratio has fewer than two blocks.
std::optional<double> widest_interval(const cases::Evidence&);

/// The batch from which a file no longer decodes faster than the baseline, at that depth.
struct StopsPaying {
  /// By linear interpolation of ln ratio over ln batch between the two batches around it.
  double batch = 0;
  int last_faster = 0;   ///< the largest batch timed at which it is faster
  int first_slower = 0;  ///< the smallest batch timed at which it is not
};
/// Absent: it is faster at every batch that was timed, or at none.
std::optional<StopsPaying> stops_paying(const cases::Evidence&, std::size_t file, int depth);

/// What the samples tell of the machine: noise, or a slow-down as the run went on. Sentences for people.
std::vector<std::string> doubts_about_machine(const cases::Evidence&);

}  // namespace bitworth::measure
