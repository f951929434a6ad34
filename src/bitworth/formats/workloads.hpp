#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"
#include "bitworth/formats/shelf.hpp"
#include "bitworth/workload/arrivals.hpp"

namespace bitworth::formats {

/// Traffic that has a name: how long, how fast, and from which log.
struct NamedWorkload {
  std::string id;
  std::string name;
  workload::QuantileTable prompt_tokens;
  workload::QuantileTable output_tokens;
  double rank_correlation = 0;
  double requests_per_second = 0;  ///< of the log; a fleet of one's own has its own
  double gap_cv = 1;
  std::string source = {};
  std::string date = {};
  std::string note = {};
};

/// Reads data/workloads.toml or a file like it. Fails: every problem found.
std::expected<Shelf<NamedWorkload>, Problems> read_workloads(std::string_view text,
                                                             const std::string& file_name);

/// The workloads that were compiled in. An error in them is our bug: aborts with its message.
const Shelf<NamedWorkload>& built_in_workloads();

}  // namespace bitworth::formats
