#include "app/cli/validate_run.hpp"

#include <algorithm>
#include <cctype>

#include "app/cli/served_model.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/vllm_run.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/serving/validation.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

std::string letters_and_digits(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

// By letters and digits alone: "RTXPRO6000" is an rtx-pro-6000.
template <class T>
const T* find_by_letters(const formats::Shelf<T>& shelf, const std::string& name) {
  for (const std::string& each : shelf.names()) {
    if (letters_and_digits(each) == letters_and_digits(name)) return shelf.find(each);
  }
  return nullptr;
}

// The thing whose name the text is, or begins with: "Qwen/Qwen3-30B-A3B-Instruct-2507" is a qwen3-30b-a3b.
template <class T>
const T* find_by_beginning(const formats::Shelf<T>& shelf, std::string name) {
  if (const T* found = find_by_letters(shelf, name)) return found;
  if (const auto slash = name.rfind('/'); slash != name.npos) name.erase(0, slash + 1);
  while (!name.empty()) {
    if (const T* found = shelf.find(name)) return found;
    const auto cut = name.find_last_of("-_ ");
    name.erase(cut == name.npos ? 0 : cut);
  }
  return nullptr;
}

template <class T>
const T& need(const T* found, const std::string& what, const std::string& name) {
  if (found == nullptr) throw Failure{{format("the run's {} \"{}\" is not in the catalog", what, name)}};
  return *found;
}

ServedModel served_by(const formats::VllmRun& run, const std::string& device) {
  const formats::Catalog& catalog = formats::built_in_catalog();
  const std::string device_name = device.empty() ? run.device : device;
  if (device_name.empty())
    throw Failure{{"the run does not record its device; name it with --device"}, bad_usage};
  const bool sixteen_bit = run.weight_format == "bfloat16" || run.weight_format == "auto";
  const std::string scheme = sixteen_bit                      ? "bf16"
                             : run.weight_format == "float16" ? "fp16"
                                                              : run.weight_format;
  const std::string kv =
      run.kv_cache_format == "auto" ? catalog.defaults.text("option.kv_cache") : run.kv_cache_format;
  ServedModel served;
  served.architecture =
      need(find_by_beginning(catalog.architectures, run.architecture), "model", run.architecture);
  served.scheme = need(catalog.schemes.find(scheme), "weight format", scheme);
  served.kv_cache = need(catalog.kv_formats.find(kv), "KV cache format", kv);
  served.device = need(find_by_beginning(catalog.devices, device_name), "device", device_name);
  served.engine = need(catalog.kernels->engine("vllm"), "engine", "vllm");
  served.tensor_parallel = run.tensor_parallel;
  served.expert_ranks = run.expert_parallel ? run.data_parallel : 1;
  served.host_hides = run.async_scheduling;
  served.link = run.link;
  served.gpu_memory_utilization = run.gpu_memory_utilization;
  return served;
}

nlohmann::ordered_json json_of(const serving::RunMeans& means) {
  return {{"ttft_mean_seconds", means.ttft.value()},
          {"tpot_mean_seconds", means.tpot.value()},
          {"e2e_mean_seconds", means.e2e.value()}};
}

std::string error_text(double error) {
  return format("{:+.1f} %", 100 * error);
}

// The machine's own link, where it matters.
std::string link_text(const ServedModel& served) {
  if (!served.link || served.tensor_parallel * served.expert_ranks == 1) return "";
  return format("\nBetween GPUs: {} after {}, as config.json states.\n", to_text(served.link->bandwidth),
                to_text(served.link->latency));
}

}  // namespace

Answer validate_run(const std::string& folder, const std::string& device) {
  const auto run = formats::read_vllm_run(folder);
  if (!run) throw Failure{{to_text(run.error())}};
  const ServedModel served = served_by(*run, device);
  serving::SimulationSettings settings;
  settings.engine = {.token_budget = run->token_budget,
                     .max_num_seqs = run->max_num_seqs,
                     .kv_blocks = kv_blocks(served, run->block_tokens),
                     .block_tokens = run->block_tokens};
  settings.engine.prefix_caching = run->prefix_caching;
  if (run->async_scheduling) settings.engine.scheduling = serving::Scheduling::one_step_ahead;
  settings.keep_requests = true;
  settings.replicas = run->data_parallel;
  settings.router = serving::Router::least_loaded;
  const serving::StepTable table(step_function(served), run->max_num_seqs, run->token_budget);
  const serving::Simulation simulation =
      served.expert_ranks > 1 && served.architecture.moe
          ? serving::simulate_in_lockstep(run->trace, table, shared_step_function(served), settings)
          : serving::simulate(run->trace, table, settings);
  const serving::RunMeans measured{Seconds(run->ttft_seconds), Seconds(run->tpot_seconds),
                                   Seconds(run->e2e_seconds)};
  const serving::RunMeans predicted = serving::means_of(simulation);
  const serving::RunErrors errors = serving::compare(predicted, measured);
  std::vector<std::vector<std::string>> rows = {
      {"mean", "measured", "predicted", "error"},
      {"TTFT", to_text(measured.ttft), to_text(predicted.ttft), error_text(errors.ttft)},
      {"TPOT", to_text(measured.tpot), to_text(predicted.tpot), error_text(errors.tpot)},
      {"E2E", to_text(measured.e2e), to_text(predicted.e2e), error_text(errors.e2e)}};
  Answer answer;
  answer.json = {{"schema", "bitworth.validate_run"},
                 {"schema_version", 1},
                 {"architecture", served.architecture.id},
                 {"device", served.device.id},
                 {"requests", run->trace.size()},
                 {"measured", json_of(measured)},
                 {"predicted", json_of(predicted)},
                 {"error", {{"ttft", errors.ttft}, {"tpot", errors.tpot}, {"e2e", errors.e2e}}}};
  answer.json["predicted"]["kv_blocks"] = settings.engine.kv_blocks;
  answer.json["predicted"]["preemptions"] = simulation.totals.preemptions;
  answer.json["measured"]["kv_blocks"] =
      run->kv_blocks ? nlohmann::ordered_json(*run->kv_blocks) : nlohmann::ordered_json();
  const auto predicted_blocks = static_cast<double>(settings.engine.kv_blocks);
  if (run->kv_blocks) {
    const auto blocks = static_cast<double>(*run->kv_blocks);
    rows.push_back({"KV blocks", significant(blocks, 9), significant(predicted_blocks, 9),
                    error_text(predicted_blocks / blocks - 1)});
  }
  answer.text = format("{} requests, {} in {} on {}{}\n\n", run->trace.size(), served.architecture.name,
                       served.scheme.name, served.device.name,
                       run->data_parallel > 1 ? format(", {} data-parallel ranks", run->data_parallel) : "") +
                report::table(rows) + link_text(served) +
                format("\nPredicted: {} steps, {} preemptions, {} of the time memory-bound.\n",
                       significant(static_cast<double>(simulation.totals.steps), 9),
                       significant(static_cast<double>(simulation.totals.preemptions), 9),
                       percent(simulation.memory_bound_fraction));
  return answer;
}

}  // namespace bitworth::cli
