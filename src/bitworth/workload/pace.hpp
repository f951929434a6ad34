#pragma once

#include <optional>
#include <vector>

#include "bitworth/workload/arrivals.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::workload {

/// How the requests of a log come.
struct Pace {
  double requests_per_second = 0;        ///< 0: the log does not tell
  std::optional<double> busiest_minute;  ///< requests per second in it; absent: the log covers less than one
  double gap_cv = 0;                     ///< coefficient of variation of the gaps between arrivals
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

/// The beginnings that prompts share, as a case says it: those that more than one prompt begins with, the
/// share of prompts that begin as an earlier one did, and for how many tokens these do, on average. Absent:
/// none do.
std::optional<PrefixSharing> prefix_sharing_of(const Trace&);

}  // namespace bitworth::workload
