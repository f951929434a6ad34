#include "app/cli/served_model.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "bitworth/decision/simulated_replica.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/hardware/step_kernels.hpp"
#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/step.hpp"
#include "bitworth/roofline/weights.hpp"

namespace bitworth::cli {
namespace {

using serving::StepCost;

Seconds memory_bound(const roofline::StepTime& time) {
  return time.total() * time.memory_bound_fraction();
}

roofline::StepModel step_model(const ServedModel& served, const llm::Architecture& architecture, int gpus,
                               roofline::ExpertSplit experts) {
  hardware::Device device = served.device;
  auto kernels = hardware::find_step_kernels(*formats::built_in_catalog().kernels, served.engine,
                                             architecture, served.scheme, device);
  if (served.link) {
    device.link_bandwidth.reset();
    device.pcie_bandwidth = served.link->bandwidth;
    kernels.all_reduce.pcie_latency = served.link->latency;
    kernels.all_reduce.pcie_share = 1;
  }
  return {architecture, served.scheme, served.kv_cache, device, kernels, gpus, 1, experts};
}

bool shares_experts(const ServedModel& served) {
  return served.expert_ranks > 1 && served.architecture.moe;
}

llm::Architecture without_experts(llm::Architecture architecture) {
  architecture.moe.reset();
  architecture.ffn = 1;
  return architecture;
}

// vLLM pads a small batch to the size of a CUDA graph that it captured, as its defaults have them.
int captured_size(int tokens) {
  const int step = tokens <= 4 ? 1 : tokens <= 256 ? 8 : 16;
  if (tokens <= 4) return tokens == 3 ? 4 : tokens;
  return (tokens + step - 1) / step * step;
}

constexpr int largest_captured = 512;

// The rows that each rank takes part with: those of one CUDA graph for all, or, where a batch is too large
// for any, its own.
std::vector<int> padded(std::span<const std::int32_t> tokens) {
  const int most = *std::ranges::max_element(tokens);
  std::vector<int> rows(tokens.begin(), tokens.end());
  if (most <= largest_captured) std::ranges::fill(rows, captured_size(most));
  return rows;
}

}  // namespace

serving::StepFunction step_function(const ServedModel& served) {
  const llm::Architecture& whole = served.architecture;
  return decision::step_function(
      step_model(served, shares_experts(served) ? without_experts(whole) : whole, served.tensor_parallel,
                 served.experts),
      served.host_hides ? serving::Scheduling::one_step_ahead : serving::Scheduling::at_start);
}

serving::SharedStepFunction shared_step_function(const ServedModel& served) {
  const int gpus = served.tensor_parallel * served.expert_ranks;
  const auto split = roofline::ExpertSplit::by_expert;
  const auto whole = step_model(served, served.architecture, gpus, split);
  const auto rest = step_model(served, without_experts(served.architecture), gpus, split);
  return [=](std::span<const std::int32_t> tokens) {
    const std::vector<int> rows = padded(tokens);
    const double all = std::accumulate(rows.begin(), rows.end(), 0.0);
    roofline::StepTime with = whole({.prefill_tokens = all}), without = rest({.prefill_tokens = all});
    with.communication = without.communication = Seconds(0);
    // The rest's two all-reduces a layer carry 2 (t-1)/t of their rows each. A gather and a scatter carry the
    // rows of all ranks but one each: as much as all-reduces of this many rows do.
    const double passed = all - *std::ranges::min_element(rows);
    const double ranks = served.expert_ranks;
    const Seconds exchange = rest({.prefill_tokens = passed * ranks / (2 * (ranks - 1))}).communication;
    return StepCost{with.total() - without.total() + exchange, memory_bound(with) - memory_bound(without)};
  };
}

std::int64_t kv_blocks(const ServedModel& served, int block_tokens) {
  roofline::MemoryPlan plan =
      roofline::plan_memory(served.architecture, served.scheme, served.device, served.engine,
                            served.gpu_memory_utilization, served.tensor_parallel);
  if (served.expert_ranks > 1) {
    const Bytes experts(llm::count_parameters(served.architecture).experts * served.scheme.weight_bits / 8 /
                        served.tensor_parallel);
    plan.kv_cache += experts * (1 - 1.0 / served.expert_ranks);
  }
  const double tokens = roofline::cached_tokens(served.architecture, served.kv_cache, served.engine, plan,
                                                served.tensor_parallel);
  return static_cast<std::int64_t>(std::max(0.0, tokens / block_tokens));
}

}  // namespace bitworth::cli
