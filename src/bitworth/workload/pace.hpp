#pragma once

#include <optional>
#include <vector>

#include "bitworth/workload/trace.hpp"

namespace bitworth::workload {

/// How the requests of a log come.
struct Pace {
  double requests_per_second = 0;  ///< 0: the log does not tell
  double busiest_minute = 0;       ///< requests per second in it
  double gap_cv = 0;               ///< coefficient of variation of the gaps between arrivals
};

/// Assumes: sorted by arrival.
Pace pace_of(const Trace&);

/// Requests of each of so many equal stretches of the log, over their mean. Assumes: sorted; duration > 0.
std::vector<double> load_over_time(const Trace&, std::size_t stretches);

/// Requests of the busiest hour, counted from the first arrival, over the mean of all. Absent: the log covers
/// less than a day. Assumes: sorted.
std::optional<double> busiest_hour_to_mean(const Trace&);

/// Of the blocks that prompts name, the share that an earlier prompt of the log has named, all before them
/// too: what a prefix cache without end would find. Absent: no prompt names any.
std::optional<double> repeated_prefix_share(const Trace&);

}  // namespace bitworth::workload
