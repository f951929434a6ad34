#include "bitworth/serving/simulate.hpp"

#include <algorithm>
#include <memory>

#include "app/cli/case_argument.hpp"
#include "app/cli/command.hpp"
#include "app/cli/served_model.hpp"
#include "app/cli/simulation_report.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/decision/operation.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/request_log.hpp"
#include "bitworth/formats/workloads.hpp"
#include "bitworth/serving/capacity_search.hpp"
#include "bitworth/units/parse.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

struct Flags {
  std::string case_path, model, device, scheme = "bf16", kv_cache, engine = "vllm";
  std::string trace, workload;
  std::string ttft, tpot, e2e;
  double rate = 0;
  std::size_t requests = 20'000;
  std::uint64_t seed = 1;
  int tensor_parallel = 0, replicas = 0;  // 0: as a case deploys its baseline, else 1
  int max_num_seqs = 256, token_budget = 2048;
  bool prefix_caching = false, capacity = false, least_loaded = false;
};

template <class T>
const T& found(const formats::Shelf<T>& shelf, const std::string& flag, const std::string& name) {
  if (const T* thing = shelf.find(name)) return *thing;
  const std::string hint = did_you_mean(name, shelf.names());
  throw Failure{{format("simulate: {} \"{}\" is unknown{}", flag, name, hint.empty() ? "" : "; " + hint)},
                bad_usage};
}

// What is simulated, from a case or from flags.
struct Question {
  ServedModel served;
  workload::Trace trace;
  std::string traffic;
  serving::SimulationSettings settings;
};

std::optional<Seconds> limit(const std::string& flag, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto quantity = parse_quantity(text);
  if (!quantity || quantity->dimension != Seconds::dimension || quantity->value <= 0)
    throw Failure{{format("simulate: {} \"{}\" is no time; write it as \"50 ms\"", flag, text)}, bad_usage};
  return Seconds(quantity->value);
}

void ask_by_flags(const Flags& flags, Question& question) {
  const formats::Catalog& catalog = formats::built_in_catalog();
  if (flags.model.empty() || flags.device.empty())
    throw Failure{{"simulate: give a case, or --model and --device"}, bad_usage};
  ServedModel& served = question.served;
  served.architecture = found(catalog.architectures, "--model", flags.model);
  served.device = found(catalog.devices, "--device", flags.device);
  served.scheme = found(catalog.schemes, "--scheme", flags.scheme);
  std::string kv = flags.kv_cache.empty() ? served.scheme.kv_cache : flags.kv_cache;
  if (kv.empty()) kv = catalog.defaults.text("option.kv_cache");
  served.kv_cache = found(catalog.kv_formats, "--kv-cache", kv);
  const hardware::EngineCosts* engine = catalog.kernels->engine(flags.engine);
  if (engine == nullptr)
    throw Failure{{format("simulate: --engine \"{}\" is unknown", flags.engine)}, bad_usage};
  served.engine = *engine;
  question.settings.engine.max_num_seqs = flags.max_num_seqs;
  question.settings.engine.token_budget = flags.token_budget;
  question.settings.service_level = {limit("--ttft", flags.ttft), limit("--tpot", flags.tpot),
                                     limit("--e2e", flags.e2e)};
}

workload::QuantileTable table_of(const workload::LengthDistribution& lengths) {
  std::vector<workload::QuantileTable::Point> points;
  for (const double share : {0.001, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999}) {
    const double tokens = std::max(1.0, lengths.quantile(share));
    points.push_back({share == 0.001 ? 0 : share == 0.999 ? 1 : share, tokens});
  }
  return workload::QuantileTable(std::move(points));
}

void ask_by_case(const Flags& flags, Question& question) {
  const cases::Case c = read_case_argument(flags.case_path);
  ServedModel& served = question.served;
  served.architecture = c.architecture;
  served.device = c.hardware.device;
  served.scheme = c.baseline.runs_as;
  served.kv_cache = c.baseline.kv_cache;
  served.engine = c.baseline.kernels.engine;
  served.gpu_memory_utilization = c.engine.gpu_memory_utilization;
  question.settings.engine.max_num_seqs = c.engine.max_num_seqs;
  question.settings.engine.token_budget = c.engine.token_budget;
  question.settings.service_level = {c.workload.slo.ttft_p99, c.workload.slo.tpot_p99, std::nullopt};
  const decision::Inputs medians = decision::median_inputs(c);
  const decision::Deployment deployment =
      decision::operate(c, c.baseline, medians, medians.baseline).deployment;
  served.tensor_parallel = deployment.gpus_per_replica;
  served.experts = roofline::expert_split(c.baseline);
  if (deployment.feasible()) question.settings.replicas = deployment.fleet->replicas;
  if (!flags.trace.empty() || !flags.workload.empty()) return;
  const double rate = flags.rate > 0 ? flags.rate : c.workload.requests_per_second.value;
  question.trace = workload::generate(
      {PerSecond(rate), 1, std::nullopt, std::nullopt},
      {table_of(c.workload.prompt_tokens), table_of(c.workload.output_tokens)}, flags.requests, flags.seed);
  question.traffic = format("{}: {} requests/s, Poisson", c.name, significant(rate));
}

void read_traffic(const Flags& flags, Question& question) {
  if (!flags.trace.empty()) {
    auto log = formats::read_request_log(flags.trace);
    if (!log) throw Failure{{bitworth::to_text(log.error())}};
    question.trace = std::move(log->trace);
    question.traffic = format("{} ({})", flags.trace, log->report.format);
    if (flags.rate > 0 && question.trace.requests_per_second() > 0)
      question.settings.arrival_stretch = question.trace.requests_per_second() / flags.rate;
  } else if (question.trace.empty()) {
    const std::string name = flags.workload.empty() ? "chat" : flags.workload;
    const formats::NamedWorkload& named = found(formats::built_in_workloads(), "--workload", name);
    const double rate = flags.rate > 0 ? flags.rate : named.requests_per_second;
    question.trace = workload::generate({PerSecond(rate), named.gap_cv, std::nullopt, std::nullopt},
                                        {named.prompt_tokens, named.output_tokens, named.rank_correlation},
                                        flags.requests, flags.seed);
    question.traffic = format("{}: {} requests/s, gaps vary by {}", named.name, significant(rate),
                              significant(named.gap_cv));
  }
}

Question ask(const Flags& flags) {
  Question question;
  if (flags.case_path.empty()) {
    ask_by_flags(flags, question);
  } else {
    ask_by_case(flags, question);
  }
  read_traffic(flags, question);
  if (flags.tensor_parallel > 0) question.served.tensor_parallel = flags.tensor_parallel;
  serving::SimulationSettings& settings = question.settings;
  settings.engine.kv_blocks = kv_blocks(question.served, settings.engine.block_tokens);
  settings.engine.scheduling = serving::Scheduling::one_step_ahead;
  settings.engine.prefix_caching = flags.prefix_caching;
  if (flags.replicas > 0) settings.replicas = flags.replicas;
  if (flags.least_loaded) settings.router = serving::Router::least_loaded;
  if (settings.engine.kv_blocks < 1)
    throw Failure{{format("simulate: {} in {} leaves no room for a KV cache on {} x {}; raise --tp",
                          question.served.architecture.name, question.served.scheme.name,
                          question.served.tensor_parallel, question.served.device.name)}};
  if (settings.engine.max_num_seqs > settings.engine.token_budget)
    throw Failure{{"simulate: --max-num-seqs is above --token-budget; vLLM refuses that too"}, bad_usage};
  return question;
}

void add_capacity(const Question& question, const serving::StepTable& table, Answer& answer) {
  using Measure = serving::Requirement::Measure;
  serving::CapacitySearch search{
      question.settings, {}, 0.01, PerSecond(question.trace.requests_per_second())};
  const serving::ServiceLevel& level = question.settings.service_level;
  if (level.ttft) search.requirements.push_back({Measure::ttft, 0.99, *level.ttft});
  if (level.tpot) search.requirements.push_back({Measure::tpot, 0.99, *level.tpot});
  if (level.e2e) search.requirements.push_back({Measure::e2e, 0.99, *level.e2e});
  if (search.requirements.empty() || search.first_guess.value() <= 0)
    throw Failure{{"simulate: --capacity needs a limit (--ttft, --tpot or --e2e) and arrivals"}, bad_usage};
  const serving::ServingCapacity capacity = serving::search_capacity(question.trace, table, search);
  answer.text += format("\ncapacity with p99 inside the SLO: {} requests/s (within 1 %, {} simulations)\n",
                        significant(capacity.highest_met.value()), capacity.simulations);
  answer.json["capacity_requests_per_second"] = capacity.highest_met.value();
  answer.json["capacity_precision"] = search.precision;
}

Answer run(const Flags& flags) {
  const Question question = ask(flags);
  const serving::EngineLimits& engine = question.settings.engine;
  const serving::StepTable table(step_function(question.served), engine.max_num_seqs, engine.token_budget);
  const serving::Simulation simulation = serving::simulate(question.trace, table, question.settings);
  Answer answer;
  const ServedModel& served = question.served;
  answer.text =
      format("{} in {}, {} x {}{}: {} KV blocks of {} tokens\n{}\n\n", served.architecture.name,
             served.scheme.name, served.tensor_parallel, served.device.name,
             question.settings.replicas > 1 ? format(", {} replicas", question.settings.replicas) : "",
             significant(static_cast<double>(engine.kv_blocks), 9), engine.block_tokens, question.traffic) +
      to_text(simulation);
  answer.json = {{"schema", "bitworth.simulate"},
                 {"schema_version", 1},
                 {"architecture", served.architecture.id},
                 {"device", served.device.id},
                 {"scheme", served.scheme.id},
                 {"kv_blocks", engine.kv_blocks},
                 {"simulation", to_json(simulation)}};
  if (flags.capacity) add_capacity(question, table, answer);
  return answer;
}

}  // namespace

void add_simulate(CLI::App& app) {
  const auto f = std::make_shared<Flags>();
  CLI::App* command = add_command(
      app, "simulate", "A trace through replicas: TTFT, TPOT, goodput, preemptions", [f] { return run(*f); });
  command->add_option("case", f->case_path, "A case, whose baseline is simulated; or else:");
  command->add_option("--model", f->model, "Architecture, such as llama-3.1-8b");
  command->add_option("--device", f->device, "Device, such as h100-sxm");
  command->add_option("--scheme", f->scheme, "Number formats, such as w8a8-fp8")->capture_default_str();
  command->add_option("--kv-cache", f->kv_cache, "Format of the KV cache");
  command->add_option("--engine", f->engine, "Serving engine")->capture_default_str();
  command
      ->add_option("--tp", f->tensor_parallel, "GPUs of a replica; default: 1, or those that a case deploys")
      ->check(CLI::Range(1, 64));
  command->add_option("--trace", f->trace, "A request log");
  command->add_option("--workload", f->workload, "Or chat, code-completion, long-context-chat, reasoning");
  command->add_option("--rate", f->rate, "Requests per second; default: as logged")
      ->check(CLI::PositiveNumber);
  command->add_option("--requests", f->requests, "Requests to draw")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  command->add_option("--seed", f->seed, "Seed of the draws")->capture_default_str();
  command->add_option("--replicas", f->replicas, "Replicas; default: 1, or those that a case deploys")
      ->check(CLI::Range(1, 10'000));
  command->add_flag("--least-loaded", f->least_loaded,
                    "Route to the least loaded replica; default: round robin");
  command->add_option("--max-num-seqs", f->max_num_seqs, "Sequences in a step")
      ->check(CLI::Range(1, 65'536))
      ->capture_default_str();
  command->add_option("--token-budget", f->token_budget, "Tokens in a step")
      ->check(CLI::Range(1, 65'536))
      ->capture_default_str();
  command->add_flag("--prefix-caching", f->prefix_caching, "Reuse prompt blocks that the log names");
  command->add_option("--ttft", f->ttft, "SLO: time to first token, such as \"1 s\"");
  command->add_option("--tpot", f->tpot, "SLO: time per output token");
  command->add_option("--e2e", f->e2e, "SLO: time to the last token");
  command->add_flag("--capacity", f->capacity, "Also find the highest rate with p99 inside the SLO");
  command->footer(
      "Examples:\n"
      "  bitworth simulate --model llama-3.1-8b --device h100-sxm --workload chat --rate 20 --ttft \"1 s\" "
      "--capacity\n"
      "  bitworth simulate examples/support-chat.toml --json\n");
}

}  // namespace bitworth::cli
