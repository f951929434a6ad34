// The scheduling rules once more, as slow and plain as they can be said, against the fast simulator.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
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
    std::vector<int> held = {};  // blocks of its own, in the order of its tokens
    std::size_t shared = 0;      // leading named blocks of its prompt that it reads from the cache
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
  // Prompt blocks that the cache holds by name: who owns the memory, how many read it; and those that nobody
  // reads, the longest idle first.
  struct Named {
    std::vector<int> blocks = {};
    int readers = 0;
  };
  std::map<std::uint64_t, Named> cache = {};
  std::deque<std::uint64_t> idle = {};

  std::int64_t blocks_per_name() const {
    const bool by_name =
        limits.prefix_caching && trace.has_prefixes() && trace.prefix_block_tokens % limits.block_tokens == 0;
    return by_name ? trace.prefix_block_tokens / limits.block_tokens : 0;
  }
  std::vector<std::uint64_t> names(const Sequence& s) const {
    if (blocks_per_name() == 0) return {};
    const auto all = trace.prefix(s.request);
    const auto whole = static_cast<std::size_t>(trace.prompt_tokens(s.request) / trace.prefix_block_tokens);
    return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), whole))};
  }
  std::int64_t blocks_of_names(std::size_t count) const {
    return static_cast<std::int64_t>(count) * blocks_per_name();
  }
  std::int64_t free_blocks() const {
    return static_cast<std::int64_t>(free.size()) + blocks_of_names(idle.size());
  }
  void forget_longest_idle() {
    const auto oldest = cache.find(idle.front());
    for (const int block : oldest->second.blocks) free.push_back(block);
    cache.erase(oldest);
    idle.pop_front();
  }
  // Leading names of its prompt that the cache holds; one token at least remains to be computed.
  std::size_t cached_names(const Sequence& s) const {
    const auto own = names(s);
    std::size_t count = 0;
    while (count < own.size() && cache.contains(own[count]) &&
           static_cast<std::int64_t>(count + 1) * trace.prefix_block_tokens < reached(s))
      ++count;
    return count;
  }
  std::size_t idle_among(const std::vector<std::uint64_t>& own, std::size_t count) const {
    std::size_t result = 0;
    for (std::size_t i = 0; i < count; ++i) result += cache.at(own[i]).readers == 0 ? 1 : 0;
    return result;
  }
  void read_names(Sequence& s, std::size_t count) {
    const auto own = names(s);
    for (std::size_t i = 0; i < count; ++i) {
      if (cache.at(own[i]).readers++ == 0) std::erase(idle, own[i]);
    }
    s.shared = count;
  }
  // Its prompt is computed: its whole blocks are known by name now, up to the first that another knows
  // already.
  void share_names(Sequence& s) {
    const auto own = names(s);
    while (s.shared < own.size() && !cache.contains(own[s.shared])) {
      const auto end = s.held.begin() + static_cast<std::ptrdiff_t>(blocks_per_name());
      cache[own[s.shared++]] = {{s.held.begin(), end}, 1};
      s.held.erase(s.held.begin(), end);
    }
  }
  void hold(Sequence& s, std::int64_t tokens) {
    while (static_cast<std::int64_t>(s.held.size()) < blocks(tokens) - blocks_of_names(s.shared)) {
      if (free.empty()) forget_longest_idle();
      s.held.push_back(free.front());
      contents[static_cast<std::size_t>(free.front())] = {};
      free.pop_front();
    }
  }
  void give_back(Sequence& s) {
    for (std::size_t i = s.held.size(); i-- > 0;) {
      const auto index = static_cast<std::int64_t>(i);
      if (limits.prefix_caching && blocks_per_name() == 0 && (index + 1) * limits.block_tokens <= s.computed)
        contents[static_cast<std::size_t>(s.held[i])] = {s.request, index};
      free.push_back(s.held[i]);
    }
    s.held.clear();
    const auto own = names(s);
    for (std::size_t i = s.shared; i-- > 0;) {
      if (--cache.at(own[i]).readers == 0) idle.push_back(own[i]);
    }
    s.shared = 0;
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
      const std::size_t count = cached_names(s);
      const auto cached = static_cast<std::int64_t>(own.size()) * limits.block_tokens +
                          static_cast<std::int64_t>(count) * trace.prefix_block_tokens;
      const std::int64_t added = std::min(reached(s) - cached, budget);
      const std::int64_t must_fit = limits.admission == Admission::whole_prompt ? reached(s) : cached + added;
      if (blocks(must_fit) - blocks_of_names(count) >
          free_blocks() - blocks_of_names(idle_among(names(s), count)))
        break;
      waiting.pop_front();
      read_names(s, count);
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
    std::vector<std::uint32_t> prompts_done;
    for (Sequence& s : running) {
      const bool in_prompt = s.computed < s.to_prefill;
      s.computed += s.scheduled;
      s.scheduled = 0;
      if (s.computed < reached(s)) continue;
      if (in_prompt) prompts_done.push_back(s.request);
      if (s.generated++ == 0) s.first_token = now;
      if (s.generated == trace.output_tokens(s.request))
        records.push_back({s.request, 0, s.arrival, s.queued, s.first_token, now,
                           trace.output_tokens(s.request), s.preemptions});
    }
    // Who was decoding goes first, the youngest first; then prompts, which may end with this step too.
    const auto done = [&](const Sequence& s) { return s.generated == trace.output_tokens(s.request); };
    const auto ends_prompt = [&](const Sequence& s) {
      return std::ranges::find(prompts_done, s.request) != prompts_done.end();
    };
    for (std::size_t i = running.size(); i-- > 0;) {
      if (done(running[i]) && !ends_prompt(running[i])) give_back(running[i]);
    }
    for (Sequence& s : running) {
      if (!ends_prompt(s)) continue;
      share_names(s);
      if (done(s)) give_back(s);
    }
    std::erase_if(running, done);
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

// Prompts that begin with one of a few texts, as far as both go.
workload::Trace some_trace_with_prefixes(int requests, int longest_prompt, Nanoseconds longest_gap) {
  workload::Trace trace;
  trace.prefix_block_tokens = *rc::gen::element(4, 8, 12);
  const int texts = *rc::gen::inRange(1, 4);
  Nanoseconds time = 0;
  for (int i = 0; i < requests; ++i) {
    const int prompt = *rc::gen::inRange(1, 1 + longest_prompt);
    const auto text = static_cast<std::uint64_t>(*rc::gen::inRange(0, texts));
    const int common = *rc::gen::inRange(0, 16);
    std::vector<std::uint64_t> names;
    for (int block = 0; block < prompt / trace.prefix_block_tokens; ++block) {
      const std::uint64_t owner = block < common ? text : static_cast<std::uint64_t>(10 + i);
      names.push_back(owner * 1000 + static_cast<std::uint64_t>(block));
    }
    trace.add({time, prompt, *rc::gen::inRange(1, 51)}, names);
    time += *rc::gen::inRange<Nanoseconds>(0, longest_gap + 1);
  }
  return trace;
}

void expect_twins(const workload::Trace& trace, const SimulationSettings& settings) {
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

SimulationSettings some_settings(int block_tokens) {
  const int seats = *rc::gen::inRange(1, 12);
  SimulationSettings settings;
  settings.engine.max_num_seqs = seats;
  settings.engine.token_budget = seats + *rc::gen::inRange(0, 40);
  settings.engine.block_tokens = block_tokens;
  // Often too small for all who want in, so that sequences are thrown out, several at once.
  settings.engine.kv_blocks = *rc::gen::inRange(1, 1 + *rc::gen::element(70, 110, 160) / block_tokens);
  settings.engine.admission = *rc::gen::element(Admission::whole_prompt, Admission::first_chunk);
  settings.engine.scheduling = *rc::gen::element(Scheduling::at_start, Scheduling::one_step_ahead);
  settings.engine.prefix_caching = *rc::gen::arbitrary<bool>();
  settings.keep_requests = true;
  return settings;
}

// Some orders of events are rare: many runs to a case.
constexpr int runs = 30;

RC_GTEST_PROP(FastSimulator, EqualsTheNaiveTwinWithSharedPrefixes, ()) {
  for (int run = 0; run < runs; ++run) {
    const SimulationSettings settings = some_settings(*rc::gen::element(2, 4));
    expect_twins(some_trace_with_prefixes(*rc::gen::inRange(0, 40), *rc::gen::element(20, 60),
                                          *rc::gen::element(0L, 20'000'000L, 400'000'000L)),
                 settings);
  }
}

RC_GTEST_PROP(FastSimulator, EqualsTheNaiveTwin, ()) {
  for (int run = 0; run < runs; ++run) {
    const SimulationSettings settings = some_settings(*rc::gen::element(1, 3, 4, 16));
    expect_twins(some_trace(*rc::gen::inRange(0, 40), *rc::gen::element(8, 60), 50,
                            *rc::gen::element(0L, 20'000'000L, 900'000'000L)),
                 settings);
  }
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
