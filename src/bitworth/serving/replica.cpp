#include "bitworth/serving/replica.hpp"

#include <algorithm>

namespace bitworth::serving {
namespace {

std::int64_t longest_output(const workload::Trace& trace) {
  const auto outputs = trace.all_output_tokens();
  return outputs.empty() ? 1 : *std::ranges::max_element(outputs);
}

}  // namespace

Replica::Replica(const workload::Trace& trace, const StepTable& table, const EngineLimits& limits,
                 Recorder& recorder, std::int32_t number)
    : trace_(trace),
      table_(table),
      limits_(limits),
      recorder_(recorder),
      number_(number),
      block_tokens_(limits.block_tokens),
      free_(limits.kv_blocks),
      given_back_(limits.kv_blocks),
      reuses_own_blocks_(limits.prefix_caching),
      block_starters_(static_cast<std::size_t>(limits.block_tokens)),
      finishes_(longest_output(trace)) {
  if (limits.prefix_caching && trace.has_prefixes() && trace.prefix_block_tokens % limits.block_tokens == 0)
    blocks_per_prefix_ = trace.prefix_block_tokens / limits.block_tokens;
  if (blocks_per_prefix_ > 0) reuses_own_blocks_ = false;  // it goes by the names alone
}

void Replica::enqueue(std::uint32_t request, Nanoseconds arrival) {
  // The last token is given out, but never cached.
  const std::int64_t longest =
      std::int64_t{trace_.prompt_tokens(request)} + trace_.output_tokens(request) - 1;
  recorder_.reached(request);
  if (blocks_of(longest) > limits_.kv_blocks || trace_.prompt_tokens(request) < 1 ||
      trace_.output_tokens(request) < 1) {
    ++recorder_.totals.rejected;
    return;
  }
  const bool too_late_for_next = has_work() && limits_.scheduling == Scheduling::one_step_ahead;
  if (!has_work()) now_ = std::max(now_, arrival);
  if (queue_.empty() && preempted_.empty()) first_is_blocked_ = false;
  queue_.push_back({request, arrival, std::max(arrival, now_), too_late_for_next ? step_ + 1 : step_});
}

void Replica::run_until(Nanoseconds time) {
  while (now_ < time && has_work()) {
    if (can_glide()) {
      switch (recorder_.kept()) {
        case Kept::everything:
          glide<Kept::everything>(time);
          break;
        case Kept::operation:
          glide<Kept::operation>(time);
          break;
        case Kept::service_level:
          glide<Kept::service_level>(time);
          break;
      }
    } else {
      const Plan plan = plan_step();
      const StepTable::Cost cost = table_.cost(plan.shape);
      finish_step(plan, whole_nanoseconds(cost.time), cost.memory_bound);
    }
  }
}

Replica::Plan Replica::plan_step() {
  Plan plan;
  plan.preempted = !keep_running();
  plan.shape.decode_sequences = decoding_;
  plan.shape.decode_context_sum = context_sum_;
  plan.shape.sampled_rows = decoding_;
  if (partial_ != none) prefill(partial_, chunk_of_partial(), plan.shape);
  if (!plan.preempted) admit(plan.shape);
  return plan;
}

void Replica::finish_step(const Plan& plan, Nanoseconds length, double memory_bound) {
  if (recorder_.kept() == Kept::everything) account<Kept::everything>(length, memory_bound);
  if (recorder_.kept() == Kept::operation) account<Kept::operation>(length, memory_bound);
  now_ += length;
  if (decoding_ > 0) recorder_.token_gaps(length, decoding_);
  context_sum_ += decoding_;
  recorder_.totals.prefilled_tokens += plan.shape.prefill_tokens;
  end_decodes();
  advance_step();
  end_prefills();
}

template <Kept kept>
void Replica::account(Nanoseconds length, double memory_bound) {
  Totals& totals = recorder_.totals;
  const auto time = static_cast<double>(length);
  const std::int64_t used = limits_.kv_blocks - available();
  ++totals.steps;
  totals.busy += length;
  totals.memory_bound += memory_bound;
  totals.running_time += running_ * time;
  totals.used_block_time += static_cast<double>(used) * time;
  totals.peak_blocks = std::max(totals.peak_blocks, used);
  totals.peak_running = std::max(totals.peak_running, running_);
  totals.end = std::max(totals.end, now_ + length);
  if constexpr (kept == Kept::everything)
    recorder_.timeline.add(now_, length, running_, static_cast<double>(used), static_cast<double>(waiting()));
}

// Nobody prefills, and nobody can join before somebody leaves.
bool Replica::can_glide() const {
  return decoding_ > 0 && partial_ == none && (first_is_blocked_ || (queue_.empty() && preempted_.empty())) &&
         block_starters_[phase_] <= free_;
}

void Replica::advance_step() {
  ++step_;
  if (++phase_ == block_starters_.size()) phase_ = 0;
}

// Steps that only decode, until somebody finishes, the blocks run out, or the time is reached. Each does
// what plan_step and finish_step would.
template <Kept kept>
void Replica::glide(Nanoseconds until) {
  const std::int64_t last = finishes_.next(step_);
  const std::int32_t sequences = decoding_;
  StepTable::Line line = table_.decode_line(sequences, context_sum_);
  do {
    free_ -= block_starters_[phase_];
    if (context_sum_ >= line.context_end) line = table_.decode_line(sequences, context_sum_);
    const Nanoseconds length = whole_nanoseconds(line.time(context_sum_));
    if constexpr (kept != Kept::service_level) account<kept>(length, line.memory_bound(context_sum_));
    if constexpr (kept == Kept::everything) recorder_.token_gaps(length, sequences);
    now_ += length;
    context_sum_ += sequences;
    if (step_ == last) {
      end_decodes();
      advance_step();
      return;
    }
    advance_step();
  } while (now_ < until && block_starters_[phase_] <= free_);
}

}  // namespace bitworth::serving
