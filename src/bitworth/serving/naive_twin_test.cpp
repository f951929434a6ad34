// The scheduling rules once more, as slow and plain as they can be said, against the fast simulator.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "bitworth/serving/simulate.hpp"

namespace bitworth::serving {
namespace {

struct Naive {
  const workload::Trace& trace;
  const StepTable& table;
  EngineLimits limits;

  struct Sequence {
    std::uint32_t request = 0;
    Nanoseconds arrival = 0, queued = 0, first_token = 0;
    std::int64_t computed = 0, generated = 0;
    std::int64_t to_prefill = 0;  // tokens that were there when it last joined
    std::int32_t preemptions = 0;
    std::int64_t scheduled = 0;
    std::int64_t first_step = 0;
    std::vector<int> held = {};  // blocks, in the order of its tokens
  };
  // What a free block still holds: that block of that request. Taken, it holds nothing yet.
  struct Content {
    std::int64_t request = -1, index = -1;
    bool operator==(const Content&) const = default;
  };
  std::deque<int> free = {};  // taken from the front, given back at the end
  std::vector<Content> contents = {};
  std::int64_t reused = 0;
  std::deque<Sequence> waiting = {};
  std::vector<Sequence> running = {};
  std::vector<RequestRecord> records = {};
  std::int64_t steps = 0, prefilled = 0, rejected = 0;
  Nanoseconds now = 0, busy = 0;

  std::int64_t blocks(std::int64_t tokens) const {
    return (tokens + limits.block_tokens - 1) / limits.block_tokens;
  }
  std::int64_t free_blocks() const { return static_cast<std::int64_t>(free.size()); }
  void hold(Sequence& s, std::int64_t tokens) {
    while (static_cast<std::int64_t>(s.held.size()) < blocks(tokens)) {
      s.held.push_back(free.front());
      contents[static_cast<std::size_t>(free.front())] = {};
      free.pop_front();
    }
  }
  void give_back(Sequence& s) {
    for (std::size_t i = s.held.size(); i-- > 0;) {
      const auto index = static_cast<std::int64_t>(i);
      if (limits.prefix_caching && (index + 1) * limits.block_tokens <= s.computed)
        contents[static_cast<std::size_t>(s.held[i])] = {s.request, index};
      free.push_back(s.held[i]);
    }
    s.held.clear();
  }
  // Leading blocks of its own that nobody took meanwhile; one token at least remains to be computed.
  std::vector<int> still_there(const Sequence& s) const {
    std::vector<int> result;
    while (static_cast<std::int64_t>(result.size() + 1) * limits.block_tokens < reached(s)) {
      const auto found =
          std::ranges::find(free, Content{s.request, static_cast<std::int64_t>(result.size())},
                            [&](int block) { return contents[static_cast<std::size_t>(block)]; });
      if (found == free.end()) break;
      result.push_back(*found);
    }
    return result;
  }
  std::int64_t reached(const Sequence& s) const { return trace.prompt_tokens(s.request) + s.generated; }

  void arrive(std::uint32_t i) {
    if (blocks(std::int64_t{trace.prompt_tokens(i)} + trace.output_tokens(i) - 1) > limits.kv_blocks) {
      ++rejected;
    } else {
      const bool late =
          limits.scheduling == Scheduling::one_step_ahead && !(waiting.empty() && running.empty());
      waiting.push_back(
          {.request = i, .arrival = trace.arrival(i), .queued = now, .first_step = steps + (late ? 1 : 0)});
    }
  }

  void step() {
    std::int64_t budget = limits.token_budget;
    bool preempted = false;
    for (std::size_t i = 0; i < running.size(); ++i) {
      const std::int64_t added = std::min(reached(running[i]) - running[i].computed, budget);
      const std::int64_t needed = blocks(running[i].computed + added) - blocks(running[i].computed);
      while (i < running.size() && needed > free_blocks()) {
        Sequence victim = running.back();
        running.pop_back();
        give_back(victim);
        victim.computed = 0;
        ++victim.preemptions;
        waiting.push_front(victim);
        preempted = true;
      }
      if (i == running.size()) break;
      running[i].scheduled = added;
      hold(running[i], running[i].computed + added);
      budget -= added;
    }
    while (!preempted && !waiting.empty() && budget > 0 &&
           running.size() < static_cast<std::size_t>(limits.max_num_seqs)) {
      Sequence s = waiting.front();
      if (s.first_step > steps) break;
      const std::vector<int> own = still_there(s);
      const auto cached = static_cast<std::int64_t>(own.size()) * limits.block_tokens;
      const std::int64_t added = std::min(reached(s) - cached, budget);
      const std::int64_t must_fit = limits.admission == Admission::whole_prompt ? reached(s) : cached + added;
      if (blocks(must_fit) > free_blocks()) break;
      waiting.pop_front();
      std::erase_if(free, [&](int block) { return std::ranges::find(own, block) != own.end(); });
      s.held = own;
      s.computed = cached;
      reused += cached;
      hold(s, cached + added);
      s.to_prefill = reached(s);
      s.scheduled = added;
      budget -= added;
      running.push_back(s);
    }
    end_step();
  }

  void end_step() {
    BatchShape shape;
    for (const Sequence& s : running) {
      if (s.computed >= s.to_prefill) {
        ++shape.decode_sequences;
        shape.decode_context_sum += s.computed;
      } else {
        shape.prefill_tokens += static_cast<std::int32_t>(s.scheduled);
        shape.prefill_context_sum += s.scheduled * s.computed + s.scheduled * (s.scheduled - 1) / 2;
      }
      if (s.computed + s.scheduled == reached(s)) ++shape.sampled_rows;
    }
    const Nanoseconds length = whole_nanoseconds(table.cost(shape).time);
    now += length;
    busy += length;
    ++steps;
    prefilled += shape.prefill_tokens;
    for (Sequence& s : running) {
      s.computed += s.scheduled;
      s.scheduled = 0;
      if (s.computed < reached(s)) continue;
      if (s.generated++ == 0) s.first_token = now;
      if (s.generated == trace.output_tokens(s.request))
        records.push_back({s.request, 0, s.arrival, s.queued, s.first_token, now,
                           trace.output_tokens(s.request), s.preemptions});
    }
    for (Sequence& s : running) {
      if (s.generated == trace.output_tokens(s.request)) give_back(s);
    }
    std::erase_if(running, [&](const Sequence& s) { return s.generated == trace.output_tokens(s.request); });
  }

  void run() {
    for (int i = 0; i < limits.kv_blocks; ++i) free.push_back(i);
    contents.resize(free.size());
    std::uint32_t next = 0;
    while (next < trace.size() || !waiting.empty() || !running.empty()) {
      if (waiting.empty() && running.empty()) now = std::max(now, trace.arrival(next));
      while (next < trace.size() && trace.arrival(next) <= now) arrive(next++);
      if (!waiting.empty() || !running.empty()) step();
    }
    std::ranges::sort(records, {}, &RequestRecord::request);
  }
};

// A step time in which every part of a batch counts, with a knee.
StepCost some_cost(const BatchShape& s) {
  const double memory = 8e-3 + 1e-8 * static_cast<double>(s.decode_context_sum) + 2e-5 * s.sampled_rows;
  const double compute = 5e-5 * s.tokens() + 1e-9 * static_cast<double>(s.prefill_context_sum);
  return {Seconds(std::max(memory, 9e-3) + compute), Seconds(memory)};
}

workload::Trace some_trace(int requests, int longest_prompt, int longest_output, Nanoseconds longest_gap) {
  workload::Trace trace;
  Nanoseconds time = 0;
  for (int i = 0; i < requests; ++i) {
    trace.add({time, *rc::gen::inRange(1, longest_prompt + 1), *rc::gen::inRange(1, longest_output + 1)});
    time += *rc::gen::inRange<Nanoseconds>(0, longest_gap + 1);
  }
  return trace;
}

RC_GTEST_PROP(FastSimulator, EqualsTheNaiveTwin, ()) {
  const int seats = *rc::gen::inRange(1, 12);
  SimulationSettings settings;
  settings.engine.max_num_seqs = seats;
  settings.engine.token_budget = seats + *rc::gen::inRange(0, 40);
  settings.engine.block_tokens = *rc::gen::element(1, 3, 4, 16);
  settings.engine.kv_blocks = *rc::gen::inRange(1, 1 + 160 / settings.engine.block_tokens);
  settings.engine.admission = *rc::gen::element(Admission::whole_prompt, Admission::first_chunk);
  settings.engine.scheduling = *rc::gen::element(Scheduling::at_start, Scheduling::one_step_ahead);
  settings.engine.prefix_caching = *rc::gen::arbitrary<bool>();
  settings.keep_requests = true;
  const auto trace =
      some_trace(*rc::gen::inRange(0, 40), 60, 50, *rc::gen::element(0L, 20'000'000L, 900'000'000L));
  const StepTable table(some_cost, settings.engine.max_num_seqs, settings.engine.token_budget);
  Naive naive{trace, table, settings.engine};
  naive.run();
  Simulation fast = simulate(trace, table, settings);
  std::ranges::sort(fast.requests, {}, &RequestRecord::request);
  RC_ASSERT(fast.requests == naive.records);
  RC_ASSERT(fast.totals.steps == naive.steps);
  RC_ASSERT(fast.totals.busy == naive.busy);
  RC_ASSERT(fast.totals.prefilled_tokens == naive.prefilled);
  RC_ASSERT(fast.totals.rejected == naive.rejected);
  RC_ASSERT(fast.totals.reused_tokens == naive.reused);
}

// Tokens and time: what goes in comes out, whatever happens in between.
RC_GTEST_PROP(FastSimulator, ConservesTokensAndTime, ()) {
  SimulationSettings settings;
  settings.engine = {
      .token_budget = 64, .max_num_seqs = 8, .kv_blocks = *rc::gen::inRange(8, 40), .block_tokens = 16};
  settings.replicas = *rc::gen::inRange(1, 4);
  settings.router = *rc::gen::element(Router::round_robin, Router::least_loaded);
  settings.keep_requests = true;
  const auto trace = some_trace(*rc::gen::inRange(1, 60), 70, 50, 50'000'000);
  const StepTable table(some_cost, 8, 64);
  const Simulation result = simulate(trace, table, settings);
  std::int64_t output = 0, prompt = 0;
  double in_system = 0;
  for (const RequestRecord& r : result.requests) {
    output += trace.output_tokens(r.request);
    prompt += trace.prompt_tokens(r.request);
    RC_ASSERT(r.arrival < r.first_token && r.first_token <= r.last_token);
    in_system += static_cast<double>(r.last_token - r.arrival);
  }
  RC_ASSERT(result.totals.finished + result.totals.rejected == static_cast<std::int64_t>(trace.size()));
  RC_ASSERT(result.totals.output_tokens == output);
  RC_ASSERT(static_cast<std::int64_t>(result.tpot.count) <= result.totals.finished);
  // Each token but the first of its request ends one gap.
  RC_ASSERT(static_cast<std::int64_t>(result.itl.count) == output - result.totals.finished);
  // Thrown away: what was computed beyond one pass over every token but the last.
  const std::int64_t once = prompt + output - result.totals.finished;
  const std::int64_t decoded = static_cast<std::int64_t>(result.itl.count);
  RC_ASSERT(result.totals.prefilled_tokens + decoded >= once);
  RC_ASSERT((result.totals.preemptions > 0) || result.totals.prefilled_tokens == prompt);
  RC_ASSERT(result.totals.busy <= result.totals.end * settings.replicas);
  RC_ASSERT(result.totals.running_time <= in_system * (1 + 1e-9));
  RC_ASSERT(result.totals.peak_blocks <= settings.engine.kv_blocks);
  RC_ASSERT(result.totals.memory_bound <= static_cast<double>(result.totals.busy) * (1 + 1e-9));
}

}  // namespace
}  // namespace bitworth::serving
