#pragma once

#include <string>
#include <vector>

namespace bitworth::formats {

/// The metric to go by among those present: the one asked for, else the usual ones in the order exact_match,
/// acc, pass@1, then the only one. Empty: it is not there, or there are several to choose from.
std::string chosen_metric(const std::string& wanted, const std::vector<std::string>& present);

/// What to say where there is none.
std::string metric_hint(const std::vector<std::string>& present);

}  // namespace bitworth::formats
