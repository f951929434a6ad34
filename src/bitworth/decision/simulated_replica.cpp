#include "bitworth/decision/simulated_replica.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "bitworth/decision/traffic_sample.hpp"
#include "bitworth/roofline/capacity.hpp"

namespace bitworth::decision {
namespace {

using serving::Kept;
using serving::Requirement;

const serving::LogHistogram& histogram(const serving::Simulation& simulation, Requirement::Measure measure) {
  switch (measure) {
    case Requirement::Measure::ttft:
      return simulation.histograms.ttft;
    case Requirement::Measure::tpot:
      return simulation.histograms.tpot;
    case Requirement::Measure::e2e:
      break;
  }
  return simulation.histograms.e2e;
}

std::int64_t misses(const serving::Simulation& simulation, Requirement::Measure measure) {
  switch (measure) {
    case Requirement::Measure::ttft:
      return simulation.totals.missed_ttft;
    case Requirement::Measure::tpot:
      return simulation.totals.missed_tpot;
    case Requirement::Measure::e2e:
      break;
  }
  return simulation.totals.missed_e2e;
}

std::optional<Seconds>& limit(serving::ServiceLevel& level, Requirement::Measure measure) {
  switch (measure) {
    case Requirement::Measure::ttft:
      return level.ttft;
    case Requirement::Measure::tpot:
      return level.tpot;
    case Requirement::Measure::e2e:
      break;
  }
  return level.e2e;
}

// Once so many requests took longer that the percentile of one measure must.
void give_up_below(double slack, const std::vector<Requirement>& requirements, std::size_t requests,
                   serving::SimulationSettings& settings) {
  double percentile = 1;
  for (const Requirement& requirement : requirements) {
    limit(settings.service_level, requirement.measure) = requirement.limit / slack;
    percentile = std::min(percentile, requirement.percentile);
  }
  settings.most_misses =
      static_cast<std::int64_t>(std::ceil((1 - percentile) * static_cast<double>(requests)));
}

std::int64_t blocks(const cases::Case& c, const cases::Option& option, int gpus) {
  const roofline::MemoryPlan plan = roofline::plan_memory(c, option, gpus);
  const double tokens =
      roofline::cached_tokens(c.architecture, option.kv_cache, option.kernels.engine, plan, gpus);
  return static_cast<std::int64_t>(std::clamp(tokens / block_tokens, 0.0, 1e12));
}

// One step in the time model's terms.
roofline::StepShape step_shape(const serving::BatchShape& batch) {
  roofline::StepShape shape;
  shape.decode_sequences = batch.decode_sequences;
  shape.prefill_tokens = batch.prefill_tokens;
  shape.sampled_rows = batch.sampled_rows;
  if (batch.decode_sequences > 0)
    shape.decode_context = static_cast<double>(batch.decode_context_sum) / batch.decode_sequences;
  // A token attends to itself too.
  if (batch.prefill_tokens > 0)
    shape.prefill_context = static_cast<double>(batch.prefill_context_sum) / batch.prefill_tokens + 1;
  return shape;
}

// Engines put a step together while the one before runs.
constexpr serving::Scheduling scheduling = serving::Scheduling::one_step_ahead;

}  // namespace

serving::StepFunction step_function(roofline::StepModel model, serving::Scheduling how) {
  const bool hides = how == serving::Scheduling::one_step_ahead;
  // A table asks for many contexts of the same tokens: their matrices are computed once.
  double tokens = -1, rows = -1;
  roofline::StepModel::Matrices matrices;
  return [=, model = std::move(model)](const serving::BatchShape& batch) mutable {
    const roofline::StepShape shape = step_shape(batch);
    if (shape.tokens() != tokens || shape.sampled_rows != rows) {
      tokens = shape.tokens();
      rows = shape.sampled_rows;
      matrices = model.matrices(tokens, rows);
    }
    roofline::StepTime time = model(shape, matrices);
    if (hides) time.host = std::max(Seconds(0), time.host * 2 - time.total());
    // Each prompt that ends in this step is a request that was taken in.
    const Seconds intake = model.per_request() * (batch.sampled_rows - batch.decode_sequences);
    return serving::StepCost{time.total() + intake, time.total() * time.memory_bound_fraction()};
  };
}

std::vector<Requirement> requirements(const workload::Slo& slo) {
  constexpr Seconds patience{10};
  std::vector<Requirement> result;
  if (slo.ttft_p99) result.push_back({Requirement::Measure::ttft, 0.99, *slo.ttft_p99});
  if (slo.tpot_p99) result.push_back({Requirement::Measure::tpot, 0.99, *slo.tpot_p99});
  if (!slo.ttft_p99) result.push_back({Requirement::Measure::ttft, 0.99, patience});
  return result;
}

Slack slack(const serving::Simulation& simulation, const std::vector<Requirement>& requirements,
            std::size_t requests) {
  const double rejected = static_cast<double>(simulation.totals.rejected) / static_cast<double>(requests);
  Slack result{std::numeric_limits<double>::infinity(), requirements.front()};
  for (const Requirement& requirement : requirements) {
    if (rejected > 1 - requirement.percentile) return {0, requirement};
    const auto seconds = histogram(simulation, requirement.measure).quantile(requirement.percentile);
    const double factor = seconds && *seconds > 0 ? requirement.limit.value() / *seconds
                                                  : std::numeric_limits<double>::infinity();
    if (factor < result.factor) result = {factor, requirement};
  }
  return result;
}

SimulatedReplica::SimulatedReplica(const cases::Case& c, const cases::Option& option,
                                   const ReplicaShape& largest, int token_step)
    : table_(step_function(step_model(c, option, 1, largest.gpus), scheduling), largest.max_num_seqs,
             largest.token_budget, {token_step, 2.0 * longest_request(c)}),
      kv_blocks_(blocks(c, option, largest.gpus)) {}

serving::SimulationSettings SimulatedReplica::settings(const workload::Trace& trace,
                                                       const ReplicaShape& shape, double requests_per_second,
                                                       serving::Kept kept) const {
  serving::SimulationSettings settings;
  settings.kept = kept;
  settings.engine.token_budget = shape.token_budget;
  settings.engine.max_num_seqs = shape.max_num_seqs;
  settings.engine.kv_blocks = kv_blocks_;
  settings.engine.block_tokens = block_tokens;
  settings.engine.scheduling = scheduling;
  settings.engine.prefix_caching = trace.has_prefixes();
  settings.arrival_stretch = trace.requests_per_second() / requests_per_second;
  return settings;
}

serving::Simulation SimulatedReplica::run(const workload::Trace& trace, const ReplicaShape& shape,
                                          double requests_per_second, serving::Kept kept) const {
  return serving::simulate(trace, table_, settings(trace, shape, requests_per_second, kept));
}

Slack SimulatedReplica::slack_at(const workload::Trace& trace, const ReplicaShape& shape,
                                 double requests_per_second, const std::vector<Requirement>& requirements,
                                 double enough) const {
  serving::SimulationSettings how = settings(trace, shape, requests_per_second, Kept::service_level);
  if (enough > 0) give_up_below(enough, requirements, trace.size(), how);
  const serving::Simulation simulation = serving::simulate(trace, table_, how);
  if (!simulation.given_up) return slack(simulation, requirements, trace.size());
  return {enough,
          *std::ranges::find_if(requirements,
                                [&](const Requirement& requirement) {
                                  return misses(simulation, requirement.measure) > *how.most_misses;
                                }),
          true};
}

}  // namespace bitworth::decision
