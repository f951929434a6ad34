#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/replica.hpp"

namespace bitworth::roofline {

/// Where a curve over whole numbers changes sides of a level: it is at or above the level up to the first of
/// the changes (below it, if it does not start there), from there on the other way round, and so on.
struct Crossings {
  bool starts_above = false;
  std::vector<int> changes;

  bool always() const { return starts_above && changes.empty(); }
  bool never() const { return !starts_above && changes.empty(); }
};

/// Which whole numbers between two points of a scan count.
enum class Between { every, none };

/// Looks at the curve at each point of the scan, then halves the gaps in which it changes sides.
/// Assumes: the points ascend and there is at least one; the curve changes sides at most once in a gap.
Crossings find_crossings(const std::function<double(int)>& curve, double level, std::span<const int> scan,
                         Between);

/// What is varied while the rest of a load point stays.
enum class Axis { batch, context, gpus };

std::string_view to_text(Axis);

/// Who lacks memory, or reads no text as long.
enum class Misfit { nobody, baseline, option, both, architecture };

std::string_view to_text(Misfit);

/// Where the speed-up crosses one level.
struct Threshold {
  double level = 1;
  Crossings median;
  Crossings p10;  ///< of the speed-up: the pessimist's
  Crossings p90;
};

/// The speed-up at one batch, context or number of GPUs.
struct SpeedupAt {
  int at = 1;
  Speedup speedup;
};

struct Crossover {
  Phase phase = Phase::decode;
  Axis axis = Axis::batch;
  /// The range that was compared: where both fit. 0: nowhere.
  int from = 0;
  int to = 0;
  Misfit outside = Misfit::nobody;  ///< why the rest was not
  std::vector<SpeedupAt> curve;     ///< over that range, ascending
  std::vector<Threshold> thresholds;
};

/// The speed-up at one batch; absent where it does not fit.
struct BatchSpeedup {
  int batch = 1;
  Misfit misfit = Misfit::nobody;
  std::optional<Speedup> speedup;
};

/// One option against the baseline.
struct OptionCrossovers {
  std::vector<BatchSpeedup> decode, prefill;  ///< batches 1, 2, 4 to 512
  std::vector<Crossover> crossovers;
};

/// Speed-ups below these do not pay, or hardly.
inline constexpr double crossover_levels[] = {1, 1.05};

/// Where the option stops paying in time, as its batch (1 to 1024), context or prompt (128 to 131072 tokens)
/// and GPUs per replica (1, 2, 4, 8) grow from the point, one at a time.
OptionCrossovers find_crossovers(const cases::Case&, const cases::Option&, const LoadPoint&);

/// The same along some axes alone; those of decode first.
std::vector<Crossover> crossovers_along(std::span<const Axis>, const cases::Case&, const cases::Option&,
                                        const LoadPoint&);

/// At batches 1, 2, 4 to 512.
std::vector<BatchSpeedup> speedups_by_batch(const cases::Case&, const cases::Option&, const LoadPoint&,
                                            Phase);

/// The fewest GPUs, of 1, 2, 4 and 8, on which baseline and options all hold the point's sequences; absent:
/// none.
std::optional<int> fewest_gpus(const cases::Case&, LoadPoint);

}  // namespace bitworth::roofline
