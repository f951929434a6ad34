#include "bitworth/serving/replica.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::serving {
namespace {

std::int64_t longest_output(const workload::Trace& trace) {
  const auto outputs = trace.all_output_tokens();
  return outputs.empty() ? 1 : *std::ranges::max_element(outputs);
}

/// Steps of which each takes the same more than the one before, in nanoseconds. Together they are rounded
/// once.
struct EvenSteps {
  double first = 0, more = 0;

  double exact(std::int64_t steps) const {
    const auto n = static_cast<double>(steps);
    return n * (first + more * (n - 1) / 2);
  }
  Nanoseconds time(std::int64_t steps) const { return std::max(steps, whole_nanoseconds(exact(steps))); }

  // The fewest that take so long, or `most`.
  std::int64_t that_take(Nanoseconds wanted, std::int64_t most) const {
    if (time(most) < wanted) return most;
    const double begin = first - more / 2, target = static_cast<double>(wanted);
    const double root = std::sqrt(std::max(0.0, begin * begin + 2 * more * target));
    auto steps =
        static_cast<std::int64_t>(std::clamp(2 * target / (begin + root), 1.0, static_cast<double>(most)));
    while (steps > 1 && time(steps - 1) >= wanted) --steps;
    while (steps < most && time(steps) < wanted) ++steps;
    return steps;
  }
};

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
      if (recorder_.kept() == Kept::everything) {
        glide(time);
      } else {
        leap(time);
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
  now_ += length;
  if (recorder_.kept() != Kept::service_level) recorder_.steps(1, now_, length, memory_bound, running_);
  if (recorder_.kept() == Kept::everything) account_blocks(length);
  if (decoding_ > 0) recorder_.token_gaps(length, decoding_);
  context_sum_ += decoding_;
  recorder_.totals.prefilled_tokens += plan.shape.prefill_tokens;
  end_decodes();
  advance(1);
  end_prefills();
}

// Of the step that ends now.
void Replica::account_blocks(Nanoseconds length) {
  const std::int64_t used = limits_.kv_blocks - available();
  recorder_.blocks(now_ - length, length, used, running_, waiting());
}

// Nobody prefills, and nobody can join before somebody leaves.
bool Replica::can_glide() const {
  return decoding_ > 0 && partial_ == none && (first_is_blocked_ || (queue_.empty() && preempted_.empty())) &&
         block_starters_[phase_] <= free_;
}

void Replica::advance(std::int64_t steps) {
  step_ += steps;
  phase_ = (phase_ + static_cast<std::size_t>(steps)) % block_starters_.size();
}

// Steps that only decode, until somebody finishes, the blocks run out, or the time is reached. Each does
// what plan_step and finish_step would.
void Replica::glide(Nanoseconds until) {
  const std::int64_t last = finishes_.next(step_);
  const std::int32_t sequences = decoding_;
  StepTable::Line line = table_.decode_line(sequences, context_sum_);
  do {
    free_ -= block_starters_[phase_];
    if (context_sum_ >= line.context_end) line = table_.decode_line(sequences, context_sum_);
    const Nanoseconds length = whole_nanoseconds(line.time(context_sum_));
    now_ += length;
    recorder_.steps(1, now_, length, line.memory_bound(context_sum_), running_);
    account_blocks(length);
    recorder_.token_gaps(length, sequences);
    context_sum_ += sequences;
    if (step_ == last) end_decodes();
    advance(1);
  } while (step_ <= last && now_ < until && block_starters_[phase_] <= free_);
}

// The same, where nobody asks for single steps: many at once, whose times are rounded together.
void Replica::leap(Nanoseconds until) {
  const std::int64_t last = finishes_.next(step_);
  do {
    const StepTable::Line line = table_.decode_line(decoding_, context_sum_);
    const std::int64_t on_line = (line.context_end - context_sum_ + decoding_ - 1) / decoding_;
    const std::int64_t most = steps_with_blocks(std::clamp<std::int64_t>(on_line, 1, last - step_ + 1));
    const auto sequences = static_cast<double>(decoding_);
    const EvenSteps steps{line.time(context_sum_), line.slope.time * sequences};
    const std::int64_t count = steps.that_take(until - now_, most);
    const Nanoseconds length = steps.time(count);
    now_ += length;
    if (recorder_.kept() == Kept::operation) {
      const EvenSteps waits{line.memory_bound(context_sum_), line.slope.memory_bound * sequences};
      recorder_.steps(count, now_, length, waits.exact(count), running_);
    }
    free_ -= blocks_for(count);
    context_sum_ += count * decoding_;
    advance(count - 1);
    if (step_ == last) end_decodes();
    advance(1);
  } while (step_ <= last && now_ < until && block_starters_[phase_] <= free_);
}

// In as many steps as blocks start again, each of the decoding starts one.
std::int64_t Replica::blocks_for(std::int64_t steps) const {
  const auto cycle = static_cast<std::int64_t>(block_starters_.size());
  std::int64_t result = steps / cycle * decoding_;
  for (std::size_t i = 0; i < static_cast<std::size_t>(steps % cycle); ++i)
    result += block_starters_[(phase_ + i) % block_starters_.size()];
  return result;
}

// At most that many.
std::int64_t Replica::steps_with_blocks(std::int64_t most) const {
  const auto cycle = static_cast<std::int64_t>(block_starters_.size());
  if ((most / cycle + 1) * decoding_ <= free_) return most;
  std::int64_t steps = free_ / decoding_ * cycle, free = free_ % decoding_;
  for (std::size_t place = phase_; steps < most; ++steps) {
    free -= block_starters_[place];
    if (free < 0) return steps;
    if (++place == block_starters_.size()) place = 0;
  }
  return most;
}

}  // namespace bitworth::serving
