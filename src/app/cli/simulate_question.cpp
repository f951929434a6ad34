#include "app/cli/simulate_question.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/cli/case_argument.hpp"
#include "app/cli/command.hpp"
#include "app/cli/host_device.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/decision/operation.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/workloads.hpp"
#include "bitworth/units/parse.hpp"
#include "bitworth/units/print.hpp"
#include "bitworth/workload/trace_of.hpp"

namespace bitworth::cli {
namespace {

constexpr std::size_t usual_requests = 20'000;
constexpr std::size_t most_requests = 100'000'000;
constexpr double seconds_per_week = 7 * 24 * 3600;

[[noreturn]] void refuse(const std::string& message) {
  throw Failure{{"simulate: " + message}, bad_usage};
}

template <class T>
const T& found(const formats::Shelf<T>& shelf, const std::string& flag, const std::string& name) {
  if (const T* thing = shelf.find(name)) return *thing;
  const std::string hint = did_you_mean(name, shelf.names());
  refuse(format("{} \"{}\" is unknown{}", flag, name, hint.empty() ? "" : "; " + hint));
}

std::optional<Seconds> limit(const std::string& flag, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto quantity = parse_quantity(text);
  if (!quantity || quantity->dimension != Seconds::dimension || quantity->value <= 0)
    refuse(format("{} \"{}\" is no time; write it as \"50 ms\"", flag, text));
  return Seconds(quantity->value);
}

// "0.3,0.5": the load at night and at the weekend, over the busiest.
std::optional<workload::WeeklyLoad> week_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  double night = -1, weekend = -1;
  char end = 0;
  if (std::sscanf(text.c_str(), "%lf,%lf%c", &night, &weekend, &end) != 2 || !(night >= 0 && night <= 1) ||
      !(weekend >= 0 && weekend <= 1) || night + weekend <= 0)
    refuse(format("--week \"{}\" is not two shares; write NIGHT,WEEKEND, such as 0.3,0.5", text));
  return workload::office_week(night, weekend);
}

void ask_by_flags(const SimulateFlags& flags, SimulateQuestion& question) {
  const formats::Catalog catalog = catalog_with_host();
  if (flags.model.empty() || flags.device.empty()) refuse("give a case, or --model and --device");
  if (!flags.option.empty()) refuse("--option names an option of a case; give the case too");
  ServedModel& served = question.served;
  served.architecture = found(catalog.architectures, "--model", flags.model);
  const hardware::Device* device = catalog.devices.find(flags.device);
  if (device == nullptr) refuse(unknown_device(catalog, flags.device));
  served.device = *device;
  served.scheme = found(catalog.schemes, "--scheme", flags.scheme);
  std::string kv = flags.kv_cache.empty() ? served.scheme.kv_cache : flags.kv_cache;
  if (kv.empty()) kv = catalog.defaults.text("option.kv_cache");
  served.kv_cache = found(catalog.kv_formats, "--kv-cache", kv);
  const hardware::EngineCosts* engine = catalog.kernels->engine(flags.engine);
  if (engine == nullptr) refuse(format("--engine \"{}\" is unknown", flags.engine));
  served.engine = *engine;
  served.gpu_memory_utilization = engine->memory_utilization;
  const hardware::Batching batching = engine->batching_on(*device);
  question.settings.engine.max_num_seqs = batching.max_sequences;
  question.settings.engine.token_budget = batching.token_budget;
}

// The place of the option of that name; absent: the baseline.
std::optional<std::size_t> option_of(const cases::Case& c, const std::string& name) {
  if (name.empty() || slug(name) == "baseline") return std::nullopt;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    if (slug(c.options[i].name) == slug(name)) return i;
    names.push_back(c.options[i].name);
  }
  refuse(format("--option \"{}\" is none of the case's, which are {}", name, listed(names)));
}

workload::Workload ask_by_case(const SimulateFlags& flags, SimulateQuestion& question) {
  const cases::Case c = read_case_argument(flags.case_path);
  const auto place = option_of(c, flags.option);
  const cases::Option& option = place ? c.options[*place] : c.baseline;
  ServedModel& served = question.served;
  served.architecture = c.architecture;
  served.device = c.hardware.device;
  served.scheme = option.runs_as;
  served.kv_cache = option.kv_cache;
  served.engine = option.kernels.engine;
  served.gpu_memory_utilization = c.engine.gpu_memory_utilization;
  question.settings.service_level = {c.workload.slo.ttft_p99, c.workload.slo.tpot_p99, std::nullopt};
  const decision::Operation operation = decision::operate_alone(c, place.value_or(decision::baseline_index));
  question.settings.engine.max_num_seqs = operation.shape.max_num_seqs;
  question.settings.engine.token_budget = operation.shape.token_budget;
  served.tensor_parallel = operation.shape.gpus;
  served.experts = roofline::expert_split(option);
  if (operation.plan) question.settings.replicas = operation.plan->use.peak.replicas;
  question.traffic = c.name;
  return c.workload;
}

workload::Workload named_workload(const std::string& name) {
  const formats::NamedWorkload& named = found(formats::built_in_workloads(), "--workload", name);
  workload::Workload w;
  w.requests_per_second.value = named.requests_per_second;
  w.prompt_tokens = workload::lengths_of(named.prompt_tokens);
  w.output_tokens = workload::lengths_of(named.output_tokens);
  w.rank_correlation = named.rank_correlation;
  w.gap_cv = named.gap_cv;
  return w;
}

// What the flags say of the traffic goes before the case's.
workload::Workload traffic(const SimulateFlags& flags, const std::optional<workload::Workload>& of_case,
                           std::string& words) {
  if (!flags.trace.empty() && !flags.workload.empty()) refuse("give --trace or --workload, not both");
  workload::Workload w;
  if (!flags.trace.empty()) {
    formats::RequestLog log = read_log(flags.trace, flags.log_format.settings("simulate"));
    words = format("{} ({})", flags.trace, log.report.format);
    w.log = std::make_shared<const workload::Trace>(std::move(log.trace));
    w.requests_per_second.value = w.log->requests_per_second();
    w.prompt_tokens = workload::lengths_of(workload::quantiles_of(w.log->all_prompt_tokens()));
    w.output_tokens = workload::lengths_of(workload::quantiles_of(w.log->all_output_tokens()));
  } else if (of_case && flags.workload.empty()) {
    w = *of_case;
  } else {
    const std::string name = flags.workload.empty() ? "chat" : flags.workload;
    w = named_workload(name);
    words = formats::built_in_workloads().find(name)->name;
  }
  if (flags.rate > 0) w.requests_per_second.value = flags.rate;
  if (w.requests_per_second.value <= 0) refuse("the log does not tell when requests arrive; give --rate");
  if (flags.prefix_tokens > 0) w.prefix_sharing = {flags.prefixes, flags.prefix_tokens, flags.prefix_share};
  return w;
}

void draw(const SimulateFlags& flags, const workload::Workload& w, SimulateQuestion& question) {
  const double rate = w.requests_per_second.value;
  question.traffic += format(": {} requests/s", significant(rate));
  const auto week = week_of(flags.week);
  std::size_t requests = flags.requests;
  if (week && requests == 0)
    requests = static_cast<std::size_t>(std::min<double>(std::ceil(rate * seconds_per_week), most_requests));
  if (w.log) {
    if (week || flags.prefix_tokens > 0)
      refuse("a log has its own times and prefixes: no --week or --shared-prefix");
    question.trace = workload::trace_of(w, requests == 0 ? w.log->size() : requests, flags.seed);
    return;
  }
  if (requests == 0) requests = usual_requests;
  question.traffic += w.gap_cv == 1 ? ", Poisson" : format(", gaps vary by {}", significant(w.gap_cv));
  if (week) question.traffic += ", over a week";
  if (!week) {
    question.trace = workload::trace_of(w, requests, flags.seed);
    return;
  }
  question.trace = workload::generate(
      {PerSecond(rate), w.gap_cv, week, w.prefix_sharing},
      {w.prompt_tokens.quantiles(), w.output_tokens.quantiles(), w.rank_correlation}, requests, flags.seed);
}

void set_engine(const SimulateFlags& flags, SimulateQuestion& question) {
  serving::SimulationSettings& settings = question.settings;
  ServedModel& served = question.served;
  if (flags.tensor_parallel > 0) served.tensor_parallel = flags.tensor_parallel;
  if (flags.max_num_seqs > 0) settings.engine.max_num_seqs = flags.max_num_seqs;
  if (flags.token_budget > 0) settings.engine.token_budget = flags.token_budget;
  settings.engine.kv_blocks = kv_blocks(served, settings.engine.block_tokens);
  settings.engine.scheduling = serving::Scheduling::one_step_ahead;
  settings.engine.prefix_caching = flags.prefix_caching;
  if (flags.replicas > 0) settings.replicas = flags.replicas;
  if (flags.router == "least-loaded") settings.router = serving::Router::least_loaded;
  serving::ServiceLevel& level = settings.service_level;
  if (const auto ttft = limit("--ttft", flags.ttft)) level.ttft = ttft;
  if (const auto tpot = limit("--tpot", flags.tpot)) level.tpot = tpot;
  if (const auto e2e = limit("--e2e", flags.e2e)) level.e2e = e2e;
  if (served.device.power) {
    const formats::Defaults& defaults = formats::built_in_catalog().defaults;
    const Watts all = *served.device.power * served.tensor_parallel;
    settings.power = {all * defaults.number("simulate.memory_bound_power"), all,
                      all * defaults.number("simulate.idle_power")};
  }
  if (settings.engine.kv_blocks < 1)
    throw Failure{
        {format("simulate: {} in {} leaves no room for a KV cache on {} x {}; raise --tp",
                served.architecture.name, served.scheme.name, served.tensor_parallel, served.device.name)}};
  if (settings.engine.max_num_seqs > settings.engine.token_budget)
    refuse("--max-num-seqs is above --token-budget; vLLM refuses that too");
}

}  // namespace

SimulateQuestion ask(const SimulateFlags& flags) {
  SimulateQuestion question;
  std::optional<workload::Workload> of_case;
  if (flags.case_path.empty()) {
    ask_by_flags(flags, question);
  } else {
    of_case = ask_by_case(flags, question);
  }
  const workload::Workload w = traffic(flags, of_case, question.traffic);
  set_engine(flags, question);
  draw(flags, w, question);
  return question;
}

}  // namespace bitworth::cli
