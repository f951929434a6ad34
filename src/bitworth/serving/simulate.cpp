#include "bitworth/serving/simulate.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "bitworth/serving/replica.hpp"

namespace bitworth::serving {
namespace {

// Arrivals as the simulation sees them: from 0 on, stretched.
class Arrivals {
 public:
  Arrivals(const workload::Trace& trace, double stretch)
      : trace_(trace), first_(trace.empty() ? 0 : trace.arrival(0)), stretch_(stretch) {
    // Some decades: beyond, nanoseconds would overflow, and no request meets another long since.
    constexpr double longest = 1e18;
    const double span = trace.empty() ? 0 : static_cast<double>(trace.arrival(trace.size() - 1) - first_);
    if (span > 0) stretch_ = std::min(stretch_, longest / span);
  }

  Nanoseconds operator[](std::size_t i) const {
    const Nanoseconds since = trace_.arrival(i) - first_;
    return stretch_ == 1 ? since : std::llround(static_cast<double>(since) * stretch_);
  }
  Nanoseconds last() const { return trace_.empty() ? 0 : (*this)[trace_.size() - 1]; }

 private:
  const workload::Trace& trace_;
  Nanoseconds first_;
  double stretch_;
};

double least_loaded_score(const Replica& replica) {
  return static_cast<double>(replica.running() + 4 * replica.waiting());
}

struct Run {
  const workload::Trace& trace;
  const StepTable& table;
  const SimulationSettings& settings;
  Arrivals arrivals;
  Recorder recorder;

  Run(const workload::Trace& t, const StepTable& s, const SimulationSettings& how)
      : trace(t),
        table(s),
        settings(how),
        arrivals(t, how.arrival_stretch),
        recorder(how, t.size(), arrivals.last() + arrivals.last() / 8) {
    assert(how.engine.max_num_seqs <= s.max_num_seqs() && how.engine.token_budget <= s.token_budget());
    assert(how.engine.max_num_seqs <= how.engine.token_budget && how.replicas >= 1);
  }

  std::vector<Replica> replicas() {
    std::vector<Replica> result;
    for (int r = 0; r < settings.replicas; ++r)
      result.emplace_back(trace, table, settings.engine, recorder, r);
    return result;
  }
};

// Round robin: no replica's state matters to another, so each runs by itself.
void run_each(Run& run) {
  const auto count = static_cast<std::size_t>(run.settings.replicas);
  for (std::size_t r = 0; r < count; ++r) {
    Replica replica(run.trace, run.table, run.settings.engine, run.recorder, static_cast<std::int32_t>(r));
    for (std::size_t i = r; i < run.trace.size(); i += count) {
      const Nanoseconds arrival = run.arrivals[i];
      replica.run_until(arrival);
      if (run.recorder.is_given_up()) return;
      replica.enqueue(static_cast<std::uint32_t>(i), arrival);
    }
    replica.run_until(Replica::forever);
  }
}

void run_least_loaded(Run& run) {
  std::vector<Replica> replicas = run.replicas();
  for (std::size_t i = 0; i < run.trace.size(); ++i) {
    const Nanoseconds arrival = run.arrivals[i];
    for (Replica& replica : replicas) replica.run_until(arrival);
    const auto chosen = std::ranges::min_element(replicas, {}, least_loaded_score);
    chosen->enqueue(static_cast<std::uint32_t>(i), arrival);
  }
  for (Replica& replica : replicas) replica.run_until(Replica::forever);
}

// One step of all replicas that have work.
void step_together(std::vector<Replica>& replicas, const StepTable& table, const SharedStepFunction& shared) {
  std::vector<Replica::Plan> plans(replicas.size());
  std::vector<std::int32_t> tokens(replicas.size(), 1);
  StepTable::Cost longest;
  for (std::size_t r = 0; r < replicas.size(); ++r) {
    if (!replicas[r].has_work()) continue;
    plans[r] = replicas[r].plan_step();
    tokens[r] = std::max(1, plans[r].shape.tokens());
    const StepTable::Cost cost = table.cost(plans[r].shape);
    if (cost.time > longest.time) longest = cost;
  }
  const StepCost together = shared(tokens);
  longest.time += together.time.value() * workload::nanoseconds_per_second;
  longest.memory_bound += together.memory_bound.value() * workload::nanoseconds_per_second;
  for (std::size_t r = 0; r < replicas.size(); ++r) {
    if (replicas[r].has_work())
      replicas[r].finish_step(plans[r], whole_nanoseconds(longest.time), longest.memory_bound);
  }
}

void run_lockstep(Run& run, const SharedStepFunction& shared) {
  std::vector<Replica> replicas = run.replicas();
  Nanoseconds now = 0;
  const auto any_work = [&] { return std::ranges::any_of(replicas, &Replica::has_work); };
  for (std::size_t i = 0; i < run.trace.size() || any_work();) {
    if (!any_work()) now = std::max(now, run.arrivals[i]);
    for (Replica& replica : replicas) replica.wait_until(now);
    for (; i < run.trace.size() && run.arrivals[i] <= now; ++i) {
      const auto chosen = run.settings.router == Router::round_robin
                              ? replicas.begin() + static_cast<std::ptrdiff_t>(i % replicas.size())
                              : std::ranges::min_element(replicas, {}, least_loaded_score);
      chosen->enqueue(static_cast<std::uint32_t>(i), run.arrivals[i]);
    }
    if (!any_work()) continue;
    step_together(replicas, run.table, shared);
    for (const Replica& replica : replicas) now = std::max(now, replica.now());
  }
}

std::vector<Simulation::Moment> moments(const Run& run) {
  std::vector<Simulation::Moment> result;
  const Timeline& timeline = run.recorder.timeline;
  const auto width = static_cast<double>(timeline.width());
  for (std::size_t i = 0; i < Timeline::stretches; ++i) {
    const double start = width * static_cast<double>(i);
    if (start > static_cast<double>(run.recorder.totals.end)) break;
    const Timeline::Stretch& stretch = timeline.all()[i];
    const double busy = std::max(stretch.busy, 1.0);
    const auto blocks = static_cast<double>(std::max<std::int64_t>(run.settings.engine.kv_blocks, 1));
    result.push_back({Seconds(start / workload::nanoseconds_per_second), stretch.running / busy,
                      stretch.waiting / busy, stretch.used_blocks / busy / blocks,
                      std::min(1.0, stretch.busy / width / run.settings.replicas)});
  }
  return result;
}

void take_histograms(Run& run, Simulation& result) {
  result.histograms = {run.recorder.take_ttft(), run.recorder.take_tpot(), run.recorder.take_e2e()};
  result.requests = run.recorder.take_records();
}

Simulation summarize(Run& run) {
  Simulation result;
  const Totals& totals = result.totals = run.recorder.totals;
  result.given_up = run.recorder.is_given_up();
  const bool everything = run.recorder.kept() == Kept::everything;
  if (run.recorder.kept() == Kept::service_level) {
    take_histograms(run, result);
    return result;
  }
  result.ttft = run.recorder.ttft().distribution();
  result.tpot = run.recorder.tpot().distribution();
  result.itl = run.recorder.itl().distribution();
  result.e2e = run.recorder.e2e().distribution();
  const auto seconds = [](double nanoseconds) {
    return Seconds(nanoseconds / workload::nanoseconds_per_second);
  };
  result.duration = seconds(static_cast<double>(std::max(totals.end, run.arrivals.last())));
  const double duration = std::max(result.duration.value(), 1e-9);
  const double busy = std::max(static_cast<double>(totals.busy), 1.0);
  const auto blocks = static_cast<double>(std::max<std::int64_t>(run.settings.engine.kv_blocks, 1));
  result.goodput = PerSecond(static_cast<double>(totals.good) / duration);
  result.request_rate = PerSecond(static_cast<double>(totals.finished) / duration);
  result.output_rate = TokensPerSecond(static_cast<double>(totals.output_tokens) / duration);
  result.busy_share = seconds(busy).value() / duration / run.settings.replicas;
  result.memory_bound_fraction = totals.memory_bound / busy;
  result.mean_running = totals.running_time / busy;
  result.kv_share_mean = totals.used_block_time / busy / blocks;
  result.kv_share_peak = static_cast<double>(totals.peak_blocks) / blocks;
  if (run.settings.power) {
    const ReplicaPower& power = *run.settings.power;
    const Seconds working = seconds(static_cast<double>(totals.busy)), waits = seconds(totals.memory_bound);
    const Seconds idle = Seconds(duration * run.settings.replicas) - working;
    result.energy = power.memory_bound * waits + power.other * (working - waits) + power.idle * idle;
  }
  if (everything) result.over_time = moments(run);
  take_histograms(run, result);
  return result;
}

}  // namespace

Simulation simulate(const workload::Trace& trace, const StepTable& table,
                    const SimulationSettings& settings) {
  Run run(trace, table, settings);
  if (settings.replicas == 1 || settings.router == Router::round_robin) {
    run_each(run);
  } else {
    run_least_loaded(run);
  }
  return summarize(run);
}

Simulation simulate_in_lockstep(const workload::Trace& trace, const StepTable& table,
                                const SharedStepFunction& shared, const SimulationSettings& settings) {
  Run run(trace, table, settings);
  run_lockstep(run, shared);
  return summarize(run);
}

}  // namespace bitworth::serving
