// How a replica's batch changes: who joins, who is thrown out, who is done.
#include <algorithm>

#include "bitworth/serving/replica.hpp"

namespace bitworth::serving {

std::int32_t Replica::new_slot() {
  if (!spare_slots_.empty()) {
    const std::int32_t slot = spare_slots_.back();
    spare_slots_.pop_back();
    sequence(slot) = {};
    return slot;
  }
  sequences_.emplace_back();
  return static_cast<std::int32_t>(sequences_.size() - 1);
}

std::int64_t Replica::cached_tokens(const Sequence& s) const {
  return s.decoding ? s.context_at_step_0 + step_ : s.computed;
}

PrefixCache::Names Replica::prefix_of(const Sequence& s) const {
  if (blocks_per_prefix_ == 0) return {};
  const auto names = trace_.prefix(s.request);
  const auto whole = static_cast<std::size_t>(trace_.prompt_tokens(s.request) / trace_.prefix_block_tokens);
  return names.first(std::min(names.size(), whole));
}

void Replica::make_free(std::int64_t blocks) {
  while (free_ < blocks) {
    cache_.evict();
    free_ += blocks_per_prefix_;
  }
}

void Replica::take(std::int64_t blocks) {
  make_free(blocks);
  free_ -= blocks;
}

// Gives back all of its blocks; those under a name stay in the cache for others.
void Replica::release(Sequence& s) {
  const std::int64_t blocks = blocks_of(cached_tokens(s)) - s.shared * blocks_per_prefix_;
  free_ += blocks;
  given_back_ += blocks;
  if (s.shared > 0) cache_.release(prefix_of(s).first(static_cast<std::size_t>(s.shared)));
  s.shared = 0;
}

std::int32_t Replica::chunk_of_partial() const {
  const Sequence& s = sequences_[static_cast<std::size_t>(partial_)];
  return std::min(s.target - s.computed, limits_.token_budget - decoding_);
}

// Takes the blocks that the running sequences need for this step. False: some had to be preempted for it.
// Oldest first, each takes its own; where there are too few, the youngest gives up all that it has.
bool Replica::keep_running() {
  for (bool all = true;; all = false) {
    const std::int64_t decodes = block_starters_[phase_];
    std::int64_t needed = decodes;
    if (partial_ != none) {  // the youngest
      const Sequence& s = sequence(partial_);
      needed += blocks_of(s.computed + chunk_of_partial()) - blocks_of(s.computed);
    }
    if (needed <= available()) {
      take(needed);
      return all;
    }
    // The others come first: what they take out of the cache is not what the youngest leaves there.
    make_free(std::min(decodes, available()));
    preempt(youngest_);
  }
}

void Replica::preempt(std::int32_t slot) {
  Sequence& s = sequence(slot);
  const std::int64_t context = cached_tokens(s);
  recorder_.totals.recomputed_tokens += context;
  s.left_at = given_back_;
  s.left = context;
  release(s);
  if (s.decoding) {
    stop_decoding(s, context);
    finishes_.remove(s.finish_step, slot);
    // Its tokens so far are a prompt now; the last of them was never computed.
    s.generated = static_cast<std::int32_t>(context) + 1 - trace_.prompt_tokens(s.request);
    s.last_token = now_;
  } else {
    partial_ = none;
  }
  s.computed = 0;
  ++s.preemptions;
  ++recorder_.totals.preemptions;
  remove_running(slot);
  preempted_.push_back(slot);
}

// Free blocks queue up, a sequence's last one first, and keep what they hold until they are taken: leading
// blocks that a preempted sequence left and that nobody took yet. Only whole ones are known by what they
// hold.
std::int64_t Replica::survivors(const Sequence& s) const {
  if (!reuses_own_blocks_) return 0;
  const std::int64_t first_in_queue = given_back_ - free_;
  const std::int64_t here = std::max(std::int64_t{0}, s.left_at + blocks_of(s.left) - first_in_queue);
  // At least one token must be computed, to sample the next from.
  return std::min({here, s.left / block_tokens_, (s.target - 1) / block_tokens_});
}

// Takes its own blocks out of the middle of the queue: those before them stay as far from its beginning.
void Replica::take_back(const Sequence& s, std::int64_t blocks) {
  free_ -= blocks;
  for (const std::int32_t other : preempted_) {
    if (sequence(other).left_at < s.left_at) sequence(other).left_at += blocks;
  }
}

void Replica::prefill(std::int32_t slot, std::int32_t tokens, BatchShape& shape) {
  Sequence& s = sequence(slot);
  shape.prefill_tokens += tokens;
  shape.prefill_context_sum += std::int64_t{tokens} * s.computed + std::int64_t{tokens} * (tokens - 1) / 2;
  s.computed += tokens;
  if (s.computed == s.target) {
    ++shape.sampled_rows;
    ends_prefill_.push_back(slot);
    if (slot == partial_) partial_ = none;
  } else {
    partial_ = slot;
  }
}

void Replica::admit(BatchShape& shape) {
  while (!queue_.empty() || !preempted_.empty()) {
    if (shape.tokens() >= limits_.token_budget) return;
    if (preempted_.empty() && queue_.front().first_step > step_) return;
    if (running_ >= limits_.max_num_seqs || !admit_first(shape)) {
      first_is_blocked_ = true;
      return;
    }
  }
}

std::int32_t Replica::slot_of_first() {
  if (!preempted_.empty()) return preempted_.back();
  const std::int32_t slot = new_slot();
  Sequence& s = sequence(slot);
  s.request = queue_.front().request;
  s.arrival = queue_.front().arrival;
  s.queued = queue_.front().queued;
  return slot;
}

// Starts the prefill of the request at the head of the queue. False: too few blocks.
bool Replica::admit_first(BatchShape& shape) {
  const bool resumed = !preempted_.empty();
  const std::int32_t slot = slot_of_first();
  Sequence& s = sequence(slot);
  s.target = trace_.prompt_tokens(s.request) + s.generated;
  const auto names = prefix_of(s);
  PrefixCache::Match match;
  // At least one token must be computed, to sample the next from.
  if (!names.empty()) match = cache_.match(names, (s.target - 1) / trace_.prefix_block_tokens);
  const std::int64_t own = resumed ? survivors(s) : 0;
  const auto reused = static_cast<std::int32_t>(match.held > 0 ? match.held * trace_.prefix_block_tokens
                                                               : own * block_tokens_);
  const std::int32_t chunk = std::min(s.target - reused, limits_.token_budget - shape.tokens());
  const std::int64_t held = match.held * blocks_per_prefix_;
  const std::int64_t must_fit = limits_.admission == Admission::whole_prompt ? s.target : reused + chunk;
  if (blocks_of(must_fit) - held > available() - match.idle * blocks_per_prefix_) {
    if (!resumed) spare_slots_.push_back(slot);
    return false;
  }
  if (resumed) {
    preempted_.pop_back();
  } else {
    queue_.pop_front();
  }
  if (match.held > 0) cache_.acquire(names.first(static_cast<std::size_t>(match.held)));
  if (own > 0) take_back(s, own);
  take(blocks_of(reused + chunk) - held - own);
  s.shared = match.held;
  s.computed = reused;
  recorder_.totals.reused_tokens += reused;
  append_running(slot);
  prefill(slot, chunk, shape);
  return true;
}

void Replica::append_running(std::int32_t slot) {
  sequence(slot).previous = youngest_;
  sequence(slot).next = none;
  (youngest_ == none ? oldest_ : sequence(youngest_).next) = slot;
  youngest_ = slot;
  ++running_;
}

void Replica::remove_running(std::int32_t slot) {
  const Sequence& s = sequence(slot);
  (s.previous == none ? oldest_ : sequence(s.previous).next) = s.next;
  (s.next == none ? youngest_ : sequence(s.next).previous) = s.previous;
  --running_;
  first_is_blocked_ = false;
}

void Replica::start_decoding(std::int32_t slot) {
  Sequence& s = sequence(slot);
  s.decoding = true;
  s.context_at_step_0 = s.target - step_;
  s.finish_step = step_ - 1 + trace_.output_tokens(s.request) - s.generated;
  ++decoding_;
  context_sum_ += s.target;
  // It needs a block whenever its cached tokens fill the ones it has.
  const std::int64_t to_boundary = (block_tokens_ - s.target % block_tokens_) % block_tokens_;
  ++block_starters_[(phase_ + static_cast<std::size_t>(to_boundary)) % block_starters_.size()];
  finishes_.add(s.finish_step, slot);
}

void Replica::stop_decoding(Sequence& s, std::int64_t context) {
  --decoding_;
  context_sum_ -= context;
  const std::int64_t to_boundary = (block_tokens_ - context % block_tokens_) % block_tokens_;
  --block_starters_[(phase_ + static_cast<std::size_t>(to_boundary)) % block_starters_.size()];
  s.decoding = false;
  s.computed = static_cast<std::int32_t>(context);
}

void Replica::end_decodes() {
  for (std::int32_t slot; (slot = finishes_.first(step_)) != none;) {
    Sequence& s = sequence(slot);
    finishes_.remove(step_, slot);
    // This step cached one token more than the block counts know of: they advance with the step.
    const std::int64_t context = cached_tokens(s);
    stop_decoding(s, context);
    context_sum_ -= 1;
    s.computed = static_cast<std::int32_t>(context) + 1;
    finish(slot);
  }
}

void Replica::end_prefills() {
  for (const std::int32_t slot : ends_prefill_) {
    Sequence& s = sequence(slot);
    share_prefix(s);
    if (s.generated == 0) {
      s.first_token = now_;
      recorder_.first_token(s.request, now_ - s.arrival);
    } else {
      recorder_.token_gaps(now_ - s.last_token, 1);
    }
    ++s.generated;
    if (s.generated == trace_.output_tokens(s.request)) {
      finish(slot);
    } else {
      start_decoding(slot);
    }
  }
  ends_prefill_.clear();
}

// The whole blocks of its prompt are known by name from now on. It stops at the first that another sequence
// computed meanwhile: what it reads from the cache must be a beginning.
void Replica::share_prefix(Sequence& s) {
  const auto names = prefix_of(s);
  while (static_cast<std::size_t>(s.shared) < names.size()) {
    if (!cache_.insert(names[static_cast<std::size_t>(s.shared)])) return;
    ++s.shared;
    first_is_blocked_ = false;  // it may need these very blocks
  }
}

void Replica::finish(std::int32_t slot) {
  Sequence& s = sequence(slot);
  release(s);
  remove_running(slot);
  recorder_.finished({s.request, number_, s.arrival, s.queued, s.first_token, now_,
                      trace_.output_tokens(s.request), s.preemptions});
  spare_slots_.push_back(slot);
}

}  // namespace bitworth::serving
