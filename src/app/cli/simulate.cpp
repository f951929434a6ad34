#include "bitworth/serving/simulate.hpp"

#include <fstream>
#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/output_file.hpp"
#include "app/cli/simulate_question.hpp"
#include "app/cli/simulation_report.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/serving/capacity_search.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

void add_capacity(const SimulateQuestion& question, const serving::StepTable& table, Answer& answer) {
  using Measure = serving::Requirement::Measure;
  serving::CapacitySearch search{
      question.settings, {}, 0.01, PerSecond(question.trace.requests_per_second())};
  search.settings.on_finished = nullptr;
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

// One line a request, written as it ends: a request table that `bitworth workload` reads too.
class RequestLogFile {
 public:
  RequestLogFile(const std::string& path, const workload::Trace& trace)
      : path_(path), trace_(trace), out_(path) {
    if (!out_) throw Failure{{format("{}: cannot be written; check the folder and its permissions", path)}};
    out_ << "request,replica,arrival_s,input_tokens,output_tokens,first_token_s,last_token_s,preemptions\n";
  }

  void add(const serving::RequestRecord& r) {
    const auto seconds = [](serving::Nanoseconds time) {
      return format("{}.{:09}", time / 1'000'000'000, time % 1'000'000'000);
    };
    out_ << format("{},{},{},{},{},{},{},{}\n", r.request, r.replica, seconds(r.arrival),
                   trace_.prompt_tokens(r.request), r.output_tokens, seconds(r.first_token),
                   seconds(r.last_token), r.preemptions);
  }

  void close() {
    out_.close();
    if (!out_) throw Failure{{format("{}: could not be written whole; is the disk full?", path_)}};
  }

 private:
  std::string path_;
  const workload::Trace& trace_;
  std::ofstream out_;
};

nlohmann::ordered_json json_of(const SimulateQuestion& question) {
  const ServedModel& served = question.served;
  const serving::EngineLimits& engine = question.settings.engine;
  return {
      {"schema", "bitworth.simulate"},
      {"schema_version", 1},
      {"architecture", served.architecture.id},
      {"device", served.device.id},
      {"scheme", served.scheme.id},
      {"kv_cache", served.kv_cache.id},
      {"gpus_per_replica", served.tensor_parallel},
      {"replicas", question.settings.replicas},
      {"router", question.settings.router == serving::Router::round_robin ? "round-robin" : "least-loaded"},
      {"max_num_seqs", engine.max_num_seqs},
      {"token_budget", engine.token_budget},
      {"prefix_caching", engine.prefix_caching},
      {"kv_blocks", engine.kv_blocks},
      {"block_tokens", engine.block_tokens},
      {"traffic", question.traffic},
      {"requests", question.trace.size()}};
}

Answer run(const SimulateFlags& flags, const report::Screen& screen) {
  SimulateQuestion question = ask(flags);
  std::optional<RequestLogFile> log;
  if (!flags.log.empty()) {
    log.emplace(flags.log, question.trace);
    question.settings.on_finished = [&log](const serving::RequestRecord& record) { log->add(record); };
  }
  const serving::EngineLimits& engine = question.settings.engine;
  const serving::StepTable table(step_function(question.served), engine.max_num_seqs, engine.token_budget);
  const serving::Simulation simulation = serving::simulate(question.trace, table, question.settings);
  if (log) log->close();
  const ServedModel& served = question.served;
  Answer answer;
  answer.text =
      format("{} in {}, {} x {}{}: {} KV blocks of {} tokens\n{}\n\n", served.architecture.name,
             served.scheme.name, served.tensor_parallel, served.device.name,
             question.settings.replicas > 1 ? format(", {} replicas", question.settings.replicas) : "",
             significant(static_cast<double>(engine.kv_blocks), 9), engine.block_tokens, question.traffic) +
      to_text(simulation, screen);
  answer.json = json_of(question);
  answer.json["simulation"] = to_json(simulation);
  if (flags.capacity) add_capacity(question, table, answer);
  return answer;
}

void add_model_flags(CLI::App& command, SimulateFlags& f) {
  command.add_option("case", f.case_path, "A case, whose baseline is simulated; or else:");
  command.add_option("--option", f.option, "The case's option of that name instead of its baseline");
  command.add_option("--model", f.model, "Architecture, such as llama-3.1-8b");
  command.add_option("--device", f.device, "Device, such as h100-sxm");
  command.add_option("--scheme", f.scheme, "Number formats, such as w8a8-fp8")->capture_default_str();
  command.add_option("--kv-cache", f.kv_cache, "Format of the KV cache");
  command.add_option("--engine", f.engine, "Serving engine")->capture_default_str();
  command
      .add_option("--tp", f.tensor_parallel, "GPUs of a replica; default: 1, or those that a case deploys")
      ->check(CLI::Range(1, 64));
}

void add_traffic_flags(CLI::App& command, SimulateFlags& f) {
  command.add_option("--trace", f.trace, "A request log (docs/formats/request_logs.md)");
  f.log_format.add_to(command);
  command.add_option("--workload", f.workload, "Or chat, code-completion, long-context-chat, reasoning");
  command.add_option("--rate", f.rate, "Requests per second; default: as logged")->check(CLI::PositiveNumber);
  command
      .add_option("--requests", f.requests, "Requests; default: the whole log, a week of --week, or 20000")
      ->check(CLI::Range(1, 100'000'000));
  command.add_option(
      "--week", f.week,
      "NIGHT,WEEKEND: the load of an office week, at night and at the weekend over the busiest");
  command.add_option("--shared-prefix", f.prefix_tokens, "Tokens that prompts begin with alike")
      ->check(CLI::Range(1, 1'000'000));
  command.add_option("--prefixes", f.prefixes, "So many different ones")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--prefix-share", f.prefix_share, "At the head of this share of the requests")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command.add_option("--seed", f.seed, "Seed of the draws")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

void add_engine_flags(CLI::App& command, SimulateFlags& f) {
  command.add_option("--replicas", f.replicas, "Replicas; default: 1, or those that a case deploys")
      ->check(CLI::Range(1, 10'000));
  command.add_option("--router", f.router, "round-robin or least-loaded")
      ->check(CLI::IsMember({"round-robin", "least-loaded"}))
      ->capture_default_str();
  command.add_option("--max-num-seqs", f.max_num_seqs, "Sequences in a step; default: the engine's")
      ->check(CLI::Range(1, 65'536));
  command.add_option("--token-budget", f.token_budget, "Tokens in a step; default: the engine's")
      ->check(CLI::Range(1, 65'536));
  command.add_flag("--prefix-caching,!--no-prefix-caching", f.prefix_caching,
                   "Reuse prompt blocks that are cached; default: yes");
}

}  // namespace

void add_simulate(CLI::App& app) {
  const auto f = std::make_shared<SimulateFlags>();
  CLI::App* command =
      add_command(app, "simulate", "A trace through replicas: TTFT, TPOT, goodput, preemptions",
                  [f](const report::Screen& screen) { return run(*f, screen); });
  add_model_flags(*command, *f);
  add_traffic_flags(*command, *f);
  add_engine_flags(*command, *f);
  command->add_option("--ttft", f->ttft, "SLO: time to first token, such as \"1 s\"; default: the case's");
  command->add_option("--tpot", f->tpot, "SLO: time per output token");
  command->add_option("--e2e", f->e2e, "SLO: time to the last token");
  command->add_flag("--capacity", f->capacity, "Also find the highest rate with p99 inside the SLO");
  add_output_file(*command, "--log", f->log, "Write what became of each request to this CSV");
  command->footer(
      "Examples:\n"
      "  bitworth simulate --model llama-3.1-8b --device h100-sxm --workload chat --rate 20 --ttft \"1 s\" "
      "--capacity\n"
      "  bitworth simulate examples/support-chat.toml --option W8A8-FP8 --json\n"
      "  bitworth simulate --model llama-3.1-8b --device a100-80-sxm --trace requests.csv "
      "--columns prompt=in,output=out,arrival=time --log served.csv\n");
}

}  // namespace bitworth::cli
