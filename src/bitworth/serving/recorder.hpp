#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "bitworth/serving/log_histogram.hpp"
#include "bitworth/serving/settings.hpp"
#include "bitworth/serving/timeline.hpp"

namespace bitworth::serving {

/// Sums over the steps and requests of a run.
struct Totals {
  std::int64_t steps = 0;
  std::int64_t finished = 0;
  std::int64_t good = 0;                                          ///< finished within the service level
  std::int64_t missed_ttft = 0, missed_tpot = 0, missed_e2e = 0;  ///< that part of it
  std::int64_t rejected = 0;                                      ///< could never fit into the KV cache
  std::int64_t preemptions = 0;
  std::int64_t output_tokens = 0;
  std::int64_t prefilled_tokens = 0;   ///< computed, recomputation after preemptions included
  std::int64_t recomputed_tokens = 0;  ///< thrown away by preemptions
  std::int64_t reused_tokens = 0;      ///< found in the prefix cache
  Nanoseconds busy = 0;
  Nanoseconds end = 0;           ///< of the last step
  double memory_bound = 0;       // nanoseconds of busy
  double running_time = 0;       // sequences x nanoseconds
  double used_block_time = 0;    // blocks x nanoseconds
  std::int64_t peak_blocks = 0;  ///< of one replica
  std::int32_t peak_running = 0;
};

/// Everything that is counted while a simulation runs. Its size does not depend on the number of requests,
/// unless records are kept.
class Recorder {
 public:
  Recorder(const SimulationSettings&, std::size_t requests, Nanoseconds expected_duration);

  /// The request that arrived last: what happens now belongs to its batch of the run.
  void reached(std::uint32_t request) { batch_ = batch_of(request); }

  /// Steps are told of unless only the service level is kept, blocks and gaps between tokens where everything
  /// is.
  Kept kept() const { return kept_; }

  bool is_given_up() const {
    return std::max({totals.missed_ttft, totals.missed_tpot, totals.missed_e2e}) > most_misses_;
  }

  /// Steps, the last of which ends then.
  void steps(std::int64_t count, Nanoseconds end, Nanoseconds length, double memory_bound,
             std::int32_t running) {
    totals.steps += count;
    totals.busy += length;
    totals.memory_bound += memory_bound;
    totals.running_time += running * static_cast<double>(length);
    totals.peak_running = std::max(totals.peak_running, running);
    totals.end = std::max(totals.end, end);
  }

  /// The KV cache in a step.
  void blocks(Nanoseconds begin, Nanoseconds length, std::int64_t used, std::int64_t running,
              std::int64_t waiting) {
    totals.used_block_time += static_cast<double>(used) * static_cast<double>(length);
    totals.peak_blocks = std::max(totals.peak_blocks, used);
    timeline.add(begin, length, static_cast<double>(running), static_cast<double>(used),
                 static_cast<double>(waiting));
  }

  void token_gaps(Nanoseconds gap, std::int32_t sequences) {
    if (kept_ == Kept::everything) itl_.add(batch_, gap, static_cast<std::uint64_t>(sequences));
  }
  void first_token(std::uint32_t request, Nanoseconds ttft) {
    ttft_.add(batch_of(request), ttft);
    if (ttft > ttft_limit_) ++totals.missed_ttft;
  }
  void finished(const RequestRecord&);

  Totals totals;
  Timeline timeline;

  const LogHistogram& ttft() const { return ttft_; }
  const LogHistogram& tpot() const { return tpot_; }
  const LogHistogram& itl() const { return itl_; }
  const LogHistogram& e2e() const { return e2e_; }
  std::vector<RequestRecord> take_records() { return std::move(records_); }
  LogHistogram take_ttft() { return std::move(ttft_); }
  LogHistogram take_tpot() { return std::move(tpot_); }
  LogHistogram take_e2e() { return std::move(e2e_); }

 private:
  std::size_t batch_of(std::uint32_t request) const {
    return static_cast<std::size_t>(request * batches_per_request_);
  }

  Kept kept_;
  double batches_per_request_;
  Nanoseconds ttft_limit_, e2e_limit_;
  double tpot_limit_;
  std::int64_t most_misses_;
  bool keep_;
  std::function<void(const RequestRecord&)> on_finished_;
  std::size_t batch_ = 0;
  LogHistogram ttft_, tpot_, itl_, e2e_;
  std::vector<RequestRecord> records_;
};

}  // namespace bitworth::serving
