#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "bitworth/serving/finish_ring.hpp"
#include "bitworth/serving/prefix_cache.hpp"
#include "bitworth/serving/recorder.hpp"
#include "bitworth/serving/settings.hpp"
#include "bitworth/serving/step_table.hpp"
#include "bitworth/workload/trace.hpp"

namespace bitworth::serving {

/// One engine: a queue, a batch and a KV cache, scheduled as vLLM V1 does. Every step gives a token to each
/// running sequence whose prompt is done, then a chunk to the one whose prompt is not; if the KV cache is
/// full, the youngest sequence loses its blocks and starts over; else, the queue's first requests join while
/// tokens, places and blocks last.
///
/// Decoding sequences are never visited one by one: all gain a token in every step, so sums, the step at
/// which each finishes and the residue of its length by the block size tell all. A step therefore costs the
/// same at any batch. Stretches in which nobody joins or leaves run in a tight loop, or at once where nobody
/// asks for their steps.
class Replica {
 public:
  static constexpr Nanoseconds forever = std::numeric_limits<Nanoseconds>::max();

  /// Assumes: the trace, table and recorder outlive it.
  Replica(const workload::Trace&, const StepTable&, const EngineLimits&, Recorder&, std::int32_t number);

  /// Runs every step that begins before the time.
  void run_until(Nanoseconds time);

  /// Appends a request to the queue. Assumes: run_until(arrival) was called.
  void enqueue(std::uint32_t request, Nanoseconds arrival);

  std::int64_t waiting() const { return static_cast<std::int64_t>(queue_.size() + preempted_.size()); }
  std::int64_t running() const { return running_; }

  /// What a step in lockstep with other replicas works on, and its end. Together they are one step.
  struct Plan {
    BatchShape shape;
    bool preempted = false;
  };
  Plan plan_step();
  void finish_step(const Plan&, Nanoseconds length, double memory_bound);
  bool has_work() const { return running_ > 0 || !queue_.empty() || !preempted_.empty(); }
  Nanoseconds now() const { return now_; }
  void wait_until(Nanoseconds time) { now_ = time; }

 private:
  static constexpr std::int32_t none = -1;

  struct Sequence {
    Nanoseconds arrival = 0;
    Nanoseconds queued = 0;
    Nanoseconds first_token = 0;
    Nanoseconds last_token = 0;  // known while it waits after a preemption
    std::int64_t finish_step = 0;
    std::int64_t context_at_step_0 =
        0;  // while it decodes, its cached tokens are this plus the step's number
    std::uint32_t request = 0;
    std::int32_t computed = 0;   // while it prefills
    std::int32_t target = 0;     // tokens to compute before it decodes
    std::int32_t generated = 0;  // tokens given out before it began to decode
    std::int32_t shared = 0;     // leading prefix blocks that it reads from the cache
    std::int64_t left_at = 0;    // while it waits after a preemption: the number of its last block
    std::int64_t left = 0;       // and how many tokens it left
    std::int32_t preemptions = 0;
    std::int32_t previous = none;  // in the order of admission
    std::int32_t next = none;
    bool decoding = false;
  };

  struct Waiting {
    std::uint32_t request = 0;
    Nanoseconds arrival = 0;
    Nanoseconds queued = 0;
    std::int64_t first_step = 0;  // that can admit it
  };

  Sequence& sequence(std::int32_t slot) { return sequences_[static_cast<std::size_t>(slot)]; }
  std::int32_t new_slot();
  std::int64_t blocks_of(std::int64_t context) const { return (context + block_tokens_ - 1) / block_tokens_; }
  std::int64_t cached_tokens(const Sequence&) const;
  std::int64_t available() const { return free_ + cache_.idle() * blocks_per_prefix_; }
  void make_free(std::int64_t blocks);
  void take(std::int64_t blocks);
  void release(Sequence&);
  PrefixCache::Names prefix_of(const Sequence&) const;

  std::int32_t chunk_of_partial() const;
  bool keep_running();
  void preempt(std::int32_t slot);
  std::int64_t survivors(const Sequence&) const;
  void take_back(const Sequence&, std::int64_t blocks);
  void prefill(std::int32_t slot, std::int32_t tokens, BatchShape&);

  void admit(BatchShape&);
  bool admit_first(BatchShape&);
  std::int32_t slot_of_first();
  void append_running(std::int32_t slot);
  void remove_running(std::int32_t slot);

  void end_decodes();
  void end_prefills();
  void share_prefix(Sequence&);
  void start_decoding(std::int32_t slot);
  void stop_decoding(Sequence&, std::int64_t context);
  void finish(std::int32_t slot);

  bool can_glide() const;
  void glide(Nanoseconds until);
  void leap(Nanoseconds until);
  std::int64_t steps_with_blocks(std::int64_t most) const;
  std::int64_t blocks_for(std::int64_t steps) const;
  void advance(std::int64_t steps);
  void account_blocks(Nanoseconds length);

  const workload::Trace& trace_;
  const StepTable& table_;
  EngineLimits limits_;
  Recorder& recorder_;
  std::int32_t number_;
  std::int64_t block_tokens_;
  std::int64_t blocks_per_prefix_ = 0;  // 0: no prefix caching

  Nanoseconds now_ = 0;
  std::int64_t step_ = 0;
  std::int64_t free_;
  std::int64_t given_back_;  // blocks ever, the first ones included: numbers of the queue of free blocks
  bool reuses_own_blocks_;
  PrefixCache cache_;
  std::deque<Waiting> queue_;
  std::vector<std::int32_t> preempted_;  // its last goes before the whole queue
  bool first_is_blocked_ = false;        // until a sequence leaves

  std::vector<Sequence> sequences_;
  std::vector<std::int32_t> spare_slots_;
  std::int32_t oldest_ = none, youngest_ = none;
  std::int32_t running_ = 0;
  std::int32_t partial_ = none;             // the one whose prompt is not done; always the youngest
  std::vector<std::int32_t> ends_prefill_;  // prompts that this step completes

  std::int32_t decoding_ = 0;
  std::int64_t context_sum_ = 0;              // of the decoding
  std::vector<std::int32_t> block_starters_;  // decoding sequences by the steps that begin a block for them
  std::size_t phase_ = 0;                     // the step's number by the block size
  FinishRing finishes_;
};

}  // namespace bitworth::serving
