#include "bitworth/decision/facts.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "bitworth/decision/replica_shape.hpp"
#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/crossover.hpp"
#include "bitworth/roofline/steady_state.hpp"
#include "bitworth/roofline/step.hpp"

namespace bitworth::decision {
namespace {

constexpr FactMeaning meanings[] = {
    {"activations_quantized", "activations are below 16 bits, as what really runs"},
    {"all_reduce_share", "share of a decode step in which the GPUs of a replica talk to each other"},
    {"architecture", "id of the model"},
    {"asked_units", "units that the scheme asks for: 16-bit, FP8, INT8, FP4 or INT4"},
    {"attention", "latent (one compressed vector a token) or heads"},
    {"committed_months", "months for which GPUs are paid for anyway"},
    {"crossover_tokens",
     "tokens of a step from which its matrices are slower than the baseline's on as many GPUs: solved"},
    {"device", "id of the device"},
    {"device_family", "devices whose kernels behave alike: hopper, volta"},
    {"device_vendor", "who makes it"},
    {"draft_tokens", "tokens guessed ahead in each step"},
    {"engine", "name of the engine"},
    {"engine_upgrade_planned", "the engine will change its version"},
    {"gpus_saved", "GPUs that the option needs less than the baseline, on average over the horizon"},
    {"host_share", "share of a decode step that the host keeps the GPU waiting"},
    {"idle_gpus", "GPUs that are rented without a replica on them"},
    {"gpus_per_replica", "GPUs that serve together"},
    {"kv_quantized", "the KV cache has fewer bits than the baseline's"},
    {"kv_share", "share of a decode step spent on reading the KV cache"},
    {"kv_tokens_in_flight", "tokens cached at once by a replica at the mean load"},
    {"lora_adapters", "adapters applied at run time"},
    {"memory_left_share", "share of a GPU's usable memory that the weights leave free"},
    {"mixture_of_experts", "the model has experts"},
    {"non_english_share", "share of the requests in other languages than English"},
    {"one_token_speedup", "the baseline's decode step at one sequence over the option's, on as many GPUs"},
    {"other_share", "share of a full replica's time that is neither reading weights nor computing"},
    {"parameters_billion", "parameters of the model, in billions"},
    {"prefill_share", "share of a replica's busy time that prompts take"},
    {"prompt_p95", "tokens of a long prompt: the 95th percentile"},
    {"quality_measured", "the loss of quality was measured, or imported from a measurement"},
    {"ridge", "tokens a step from which 16-bit weights are bound by compute on the device"},
    {"runs_fallback", "the device lacks the units that the scheme asks for, and another scheme runs"},
    {"scheme", "id of the scheme"},
    {"scheme_class", "schemes that behave alike: w4a16, fp8, bnb"},
    {"served_on_same_gpus", "the option is served on the baseline's kind of GPU"},
    {"shard_remainder",
     "columns of the feed-forward part by which a GPU's share is no multiple of the format's group or block"},
    {"speed_measured", "the kernels' constants come from measurements of this device, by the user"},
    {"task", "knowledge or reasoning"},
    {"tokens_per_step",
     "tokens of a step at the largest batch inside the SLO: decoded, drafted, and the prompts that are "
     "prefilled meanwhile"},
    {"tool_calls", "answers call tools, or must parse"},
    {"units_over_16_bit", "peak rate of the units that the scheme asks for over that of the 16-bit units"},
    {"weight_bits", "effective bits of the weights, as what really runs"},
    {"weight_only", "weights are quantized and activations are not, as what really runs"},
    {"weights_quantized", "weights are below 16 bits, and below the baseline's"}};

roofline::StepTime decode_step(const cases::Case& c, const cases::Option& option, int gpus, double batch) {
  return step_model(c, option, 1, gpus)({.decode_sequences = batch,
                                         .decode_context = workload::mean_decode_context(c.workload),
                                         .sampled_rows = batch});
}

/// Collects facts under names that must be in the table above.
class Collector {
 public:
  Collector() = default;
  explicit Collector(std::vector<NamedFact> facts) : facts_(std::move(facts)) {}

  void add(std::string_view name, NamedFact::Value value) { facts_.push_back({name, std::move(value)}); }
  std::vector<NamedFact> take() { return std::move(facts_); }

 private:
  std::vector<NamedFact> facts_;
};

void add_formats(const cases::Case& c, const cases::Option& o, Collector& facts) {
  facts.add("scheme", o.scheme.id);
  facts.add("scheme_class", o.scheme.format_class);
  facts.add("asked_units", llm::to_text(o.scheme.compute));
  facts.add("runs_fallback", o.runs_as.id != o.scheme.id);
  facts.add("weight_bits", o.runs_as.weight_bits);
  facts.add("weight_only", o.runs_as.weight_only());
  facts.add("weights_quantized",
            o.runs_as.quantizes_weights() && o.runs_as.weight_bits <= c.baseline.runs_as.weight_bits);
  facts.add("activations_quantized", o.runs_as.activation_bits < 16);
  facts.add("kv_quantized", o.kv_cache.bits < c.baseline.kv_cache.bits);
  facts.add("speed_measured", o.kernels.rung == hardware::Rung::own_measurement);
  facts.add("quality_measured", o.quality_loss.provenance == Provenance::measured ||
                                    o.quality_loss.provenance == Provenance::imported);
}

void add_case(const cases::Case& c, Collector& facts) {
  facts.add("architecture", c.architecture.id);
  facts.add("parameters_billion", llm::count_parameters(c.architecture).total() / 1e9);
  facts.add("mixture_of_experts", c.architecture.moe.has_value());
  facts.add("attention", std::string(c.architecture.mla ? "latent" : "heads"));
  facts.add("device", c.hardware.device.id);
  facts.add("device_family", c.hardware.device.family);
  facts.add("device_vendor", c.hardware.device.vendor);
  facts.add("engine", c.engine.name);
  facts.add("engine_upgrade_planned", c.engine.upgrade_planned);
  facts.add("lora_adapters", static_cast<double>(c.engine.lora_adapters));
  facts.add("draft_tokens", static_cast<double>(c.engine.draft_tokens));
  facts.add("task", c.quality.task);
  facts.add("tool_calls", c.quality.tool_calls);
  facts.add("non_english_share", c.quality.non_english_share);
  facts.add("prompt_p95", c.workload.prompt_tokens.p95);
}

void add_device_rates(const cases::Case& c, const cases::Option& o, Collector& facts) {
  const auto sixteen = hardware::peak_rate(c.hardware.device, llm::Compute::sixteen_bit);
  const auto own = hardware::peak_rate(c.hardware.device, o.scheme.compute);
  if (sixteen)
    facts.add("ridge", hardware::ridge_point(c.hardware.device, llm::Compute::sixteen_bit).value());
  if (sixteen && own) facts.add("units_over_16_bit", *own / *sixteen);
}

void add_memory(const cases::Case& c, const cases::Option& o, const Running& r, Collector& facts) {
  const roofline::MemoryPlan plan = roofline::plan_memory(c, o, r.gpus_per_replica);
  facts.add("memory_left_share", 1 - plan.weights / plan.usable);
  // Only GPUs that share each matrix cut it.
  const int width = c.architecture.moe ? c.architecture.moe->expert_ffn : c.architecture.ffn;
  const int shares = c.architecture.moe && o.expert_parallel ? 1 : r.gpus_per_replica;
  const int multiple = o.runs_as.shard_multiple;
  const bool is_even = multiple == 0 || (width % shares == 0 && (width / shares) % multiple == 0);
  facts.add("shard_remainder", is_even ? 0.0 : static_cast<double>(std::max(1, width / shares % multiple)));
}

// While each sequence decodes a token, the prompts of those that follow are prefilled.
double tokens_per_step(const cases::Case& c, const Running& r) {
  const double prompts = c.workload.prompt_tokens.mean() / c.workload.output_tokens.mean();
  const double tokens = std::max(1.0, r.largest_batch) * (1 + c.engine.draft_tokens + prompts);
  return std::min<double>(tokens, c.engine.token_budget);
}

void add_times(const cases::Case& c, const cases::Option& o, const Running& r, Collector& facts) {
  const roofline::StepModel model = step_model(c, o, 1, r.gpus_per_replica);
  const roofline::StepTime mean = decode_step(c, o, r.gpus_per_replica, std::max(1.0, r.batch));
  const roofline::StepTime full = roofline::at_batch(c, model, std::max(1.0, r.largest_batch)).step;
  const roofline::StepTime cycle = roofline::at_batch(c, model, std::max(1.0, r.batch)).step;
  facts.add("prefill_share", 1 - std::min<double>(1, mean.total() / cycle.total()));
  facts.add("host_share", static_cast<double>(mean.host / mean.total()));
  facts.add("all_reduce_share", static_cast<double>(mean.communication / mean.total()));
  facts.add("kv_share", static_cast<double>(mean.kv_reads / mean.total()));
  facts.add("other_share", 1 - (full.weight_reads + full.compute) / full.total());
  facts.add("kv_tokens_in_flight", std::max(1.0, r.batch) * workload::mean_decode_context(c.workload));
  facts.add("tokens_per_step", tokens_per_step(c, r));
  facts.add("one_token_speedup", decode_step(c, c.baseline, r.gpus_per_replica, 1).total() /
                                     decode_step(c, o, r.gpus_per_replica, 1).total());
  if (const auto tokens = crossover_tokens(c, o, r.gpus_per_replica)) facts.add("crossover_tokens", *tokens);
}

}  // namespace

std::span<const FactMeaning> fact_meanings() {
  return meanings;
}

namespace {

// Where the baseline's step, over the option's, falls below 1 as the number grows.
std::optional<double> first_slower(const std::function<roofline::StepShape(double)>& shape,
                                   const roofline::StepModel& old, const roofline::StepModel& own,
                                   std::span<const int> scan) {
  const auto speedup = [&](int number) {
    const roofline::StepShape step = shape(number);
    return old(step).total() / own(step).total();
  };
  const roofline::Crossings found = roofline::find_crossings(speedup, 1, scan, roofline::Between::every);
  if (found.never()) return 1;
  if (!found.starts_above || found.changes.empty()) return std::nullopt;
  return found.changes.front();
}

constexpr int powers_of_two[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};

}  // namespace

std::optional<double> crossover_tokens(const cases::Case& c, const cases::Option& option,
                                       int gpus_per_replica) {
  // Prompts that attend to nothing but themselves: next to nothing but the matrices is left.
  return first_slower(
      [](double tokens) { return roofline::StepShape{.prefill_tokens = tokens, .prefill_context = 1}; },
      step_model(c, c.baseline, 1, gpus_per_replica), step_model(c, option, 1, gpus_per_replica),
      powers_of_two);
}

std::optional<double> crossover_batch(const cases::Case& c, const cases::Option& option,
                                      int gpus_per_replica) {
  const double context = workload::mean_decode_context(c.workload);
  const auto shape = [&](double batch) {
    return roofline::StepShape{.decode_sequences = batch, .decode_context = context, .sampled_rows = batch};
  };
  return first_slower(shape, step_model(c, c.baseline, 1, gpus_per_replica),
                      step_model(c, option, 1, gpus_per_replica), std::span(powers_of_two).first(13));
}

std::vector<NamedFact> standing_facts(const cases::Case& c, const cases::Option& option) {
  Collector facts;
  add_formats(c, option, facts);
  add_case(c, facts);
  add_device_rates(c, option, facts);
  return facts.take();
}

std::vector<NamedFact> facts_of(const cases::Case& c, const cases::Option& option, const Running& running) {
  Collector facts(standing_facts(c, option));
  add_memory(c, option, running, facts);
  add_times(c, option, running, facts);
  facts.add("gpus_per_replica", static_cast<double>(running.gpus_per_replica));
  facts.add("idle_gpus", static_cast<double>(running.idle_gpus));
  facts.add("committed_months", running.committed_months);
  facts.add("served_on_same_gpus", running.on_the_same_gpus);
  if (running.gpus_saved) facts.add("gpus_saved", *running.gpus_saved);
  return facts.take();
}

}  // namespace bitworth::decision
