#include "bitworth/formats/case_sections.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "bitworth/formats/data_files.hpp"
#include "bitworth/formats/kernels.hpp"
#include "bitworth/formats/model_files.hpp"
#include "bitworth/formats/paths.hpp"

namespace bitworth::formats {
namespace {

constexpr Kind gpus{.words = "a whole number from 1 to 1024", .example = "8", .low = 1, .high = 1024};
constexpr Kind replicas{.words = "a whole number from 1 to 100000", .example = "2", .low = 1, .high = 1e5};
constexpr Kind sequences{
    .words = "a whole number from 1 to 1000000", .example = "256", .low = 1, .high = 1e6};
constexpr double most_cold_start_hours = 24;
constexpr Kind lifetime{.words = "months above 0 and at most 1200",
                        .example = "24 or \"2 years\"",
                        .dimension = Seconds::dimension,
                        .unit = one_month.value(),
                        .low = 0,
                        .high = 1200,
                        .above_low = true};
constexpr Kind some_or_none{.words = "a whole number from 0 to 1000", .example = "2", .low = 0, .high = 1000};
constexpr Kind updates{.words = "updates per year from 0 to 1000", .example = "2", .low = 0, .high = 1000};

const std::vector<std::string> engines = {"vllm",      "sglang",   "tensorrt-llm",
                                          "llama.cpp", "openvino", "transformers"};

}  // namespace

hardware::Device read_named_device(Reader& hardware, const Catalog& catalog) {
  const std::string name = hardware.text("device").value_or("");
  if (name.empty()) return {};
  if (name == "host" && catalog.devices.find(name) == nullptr) {
    hardware.fail(
        "device", ErrorKind::unsupported, "device is \"host\": this machine is not probed yet",
        "run bitworth hardware --probe once, or give what bitworth measure wrote with --evidence, or name a "
        "shipped device (bitworth hardware lists them)");
    return {};
  }
  const hardware::Device* device =
      resolved(hardware, "device", "device", name, catalog.devices, "bitworth hardware");
  return device == nullptr ? hardware::Device() : *device;
}

namespace {

// A user's own rows, from a file beside the case.
void lay_own_kernels(Reader& hardware, std::shared_ptr<const hardware::KernelTables>& tables) {
  const std::optional<std::string> path = hardware.path("kernels");
  if (!path) return;
  auto own = read_own_kernels(*path, *tables);
  if (own) {
    tables = std::make_shared<const hardware::KernelTables>(*std::move(own));
    return;
  }
  for (Error& problem : own.error()) hardware.add(std::move(problem));
}

void check_ascending(Reader& hardware, const std::vector<int>& sizes) {
  const auto place = std::ranges::adjacent_find(sizes, std::greater_equal());
  if (place != sizes.end())
    hardware.fail("instance_sizes", ErrorKind::usage,
                  format("instance_sizes has {} before {}", *place, *std::next(place)),
                  "write the sizes in ascending order, each once");
}

// A model of the user's, from files beside the case: its shape is what its configuration or metadata says.
void read_model_files(Reader& reader, const std::string& name, cases::Case& c) {
  const std::optional<std::string> path = reader.path("architecture");
  if (!path) return;
  const Result<ModelFiles> files = read_model(*path);
  if (!files) {
    reader.fail("architecture", files.error().kind, "architecture is a path: " + to_text(files.error()),
                files.error().hint.empty() ? "paths start at the folder of the case" : "");
    return;
  }
  c.warnings.insert(c.warnings.end(), files->warnings.begin(), files->warnings.end());
  if (!files->architecture) {
    reader.fail("architecture", ErrorKind::unsupported,
                format("{} does not tell the shape of its model", name),
                "put its config.json beside it, or name a shipped architecture");
    return;
  }
  c.architecture = *files->architecture;
  if (files->quantization)
    c.warnings.push_back(
        format("{} is quantized already; the schemes of this case say what is compared", name));
}

}  // namespace

void read_model(Reader& root, const Catalog& catalog, cases::Case& c) {
  Reader model = root.table("model");
  model.require({{"architecture", "architecture = \"llama-3.1-8b\""}});
  c.model_updates_per_year = model.number("updates_per_year", updates);
  c.model_lifetime_months =
      model.estimate("lifetime_months", lifetime, catalog.defaults.spread("model.lifetime_months"))
          .value_or(catalog.defaults.estimate("model.lifetime_months"));
  const std::string name = model.text("architecture").value_or("");
  if (is_model_path(name) && catalog.architectures.find(name.substr(0, 80)) == nullptr) {
    read_model_files(model, name, c);
  } else if (!name.empty()) {
    const llm::Architecture* architecture =
        resolved(model, "architecture", "architecture", name, catalog.architectures, "");
    if (architecture != nullptr) c.architecture = *architecture;
  }
  model.finish();
  if (c.architecture.approximate)
    c.warnings.push_back(
        format("{} is described approximately: its times are less certain than the intervals say",
               c.architecture.name));
}

void read_hardware(Reader& root, const Catalog& catalog, cases::Case& c) {
  Reader hardware = root.table("hardware");
  cases::Hardware& result = c.hardware;
  const Defaults& defaults = catalog.defaults;
  hardware.require({{"device", "device = \"h100-sxm\""}});
  if (hardware.is_table("device")) {
    Reader table = hardware.table("device");
    result.device = read_device(table, {}, DeviceRow::of_a_case);
  } else {
    result.device = read_named_device(hardware, catalog);
  }
  result.kernels = catalog.kernels;
  lay_own_kernels(hardware, result.kernels);
  result.price_per_gpu_hour = hardware.estimate("price_per_gpu_hour", kinds::dollars_per_hour,
                                                defaults.spread("hardware.price_per_gpu_hour"));
  if (!hardware.has("price_per_gpu_hour"))
    result.price_per_gpu_hour = catalog.price_per_gpu_hour(result.device.id);
  result.instance_sizes = hardware.integers("instance_sizes", gpus);
  check_ascending(hardware, result.instance_sizes);
  if (!hardware.has("instance_sizes")) result.instance_sizes = defaults.integers("hardware.instance_sizes");
  result.max_gpus_per_replica = hardware.integer("max_gpus_per_replica", gpus)
                                    .value_or(defaults.integer("hardware.max_gpus_per_replica"));
  result.min_replicas =
      hardware.integer("min_replicas", replicas).value_or(defaults.integer("hardware.min_replicas"));
  result.headroom = hardware.number("headroom", kinds::share).value_or(defaults.number("hardware.headroom"));
  result.autoscaling = hardware.boolean("autoscaling").value_or(false);
  result.cold_start_hours =
      hardware.number("cold_start", kinds::time).value_or(defaults.number("hardware.cold_start")) /
      one_hour.value();
  if (result.cold_start_hours > most_cold_start_hours)
    hardware.fail("cold_start", ErrorKind::usage, "cold_start is longer than a day",
                  "write at most \"24 h\"");
  read_tenure(hardware, catalog, result);
  hardware.finish();
  if (result.device.confidence == "low")
    c.warnings.push_back(format("the figures of {} are not certain: {}", result.device.name,
                                result.device.note.empty() ? result.device.source : result.device.note));
  if (!result.priced())
    c.warnings.push_back(
        format("no price is known for {}: give price_per_gpu_hour to be told dollars", result.device.name));
}

void read_engine(Reader& root, const Catalog& catalog, cases::Case& c) {
  Reader engine = root.table("engine");
  const Defaults& defaults = catalog.defaults;
  c.engine.name = engine.choice("name", engines).value_or(defaults.text("engine.name"));
  // How an engine batches unless told, as data/kernels.toml has it.
  const hardware::EngineCosts* found = c.hardware.kernels->engine(c.engine.name);
  const hardware::EngineCosts usual = found == nullptr ? hardware::EngineCosts() : *found;
  c.engine.gpu_memory_utilization =
      engine.number("gpu_memory_utilization", kinds::share).value_or(usual.memory_utilization);
  const hardware::Batching batching = usual.batching_on(c.hardware.device);
  c.engine.token_budget = engine.integer("token_budget", sequences).value_or(batching.token_budget);
  // Where only a budget is given, no more sequences than it has tokens for.
  const int usual_sequences =
      std::min(batching.max_sequences, std::max(c.engine.token_budget, usual.max_sequences));
  c.engine.max_num_seqs = engine.integer("max_num_seqs", sequences).value_or(usual_sequences);
  c.engine.batching_is_fixed = engine.has("max_num_seqs") || engine.has("token_budget");
  c.engine.lora_adapters = engine.integer("lora_adapters", some_or_none).value_or(0);
  c.engine.draft_tokens = engine.integer("draft_tokens", some_or_none).value_or(0);
  c.engine.upgrade_planned = engine.boolean("upgrade_planned").value_or(false);
  if (c.engine.token_budget < c.engine.max_num_seqs)
    engine.fail(engine.has("token_budget") ? "token_budget" : "max_num_seqs", ErrorKind::inconsistent,
                format("token_budget is {}, below max_num_seqs, which is {}", c.engine.token_budget,
                       c.engine.max_num_seqs),
                "a step needs one token for each sequence");
  engine.finish();
}

void read_workload(Reader& root, const Catalog& catalog, cases::Case& c) {
  Reader workload = root.table("workload");
  const Defaults& defaults = catalog.defaults;
  read_requests(workload, catalog, c);
  read_load_curve(workload, catalog, c);
  Reader slo = workload.table("slo", "{ ttft_p99 = \"1 s\", tpot_p99 = \"50 ms\" }");
  c.workload.slo.ttft_p99 =
      Seconds(slo.number("ttft_p99", kinds::time).value_or(defaults.number("workload.slo.ttft_p99")));
  c.workload.slo.tpot_p99 =
      Seconds(slo.number("tpot_p99", kinds::time).value_or(defaults.number("workload.slo.tpot_p99")));
  slo.finish();
  workload.finish();
  const double longest = c.workload.prompt_tokens.p95 + c.workload.output_tokens.p95;
  if (c.architecture.max_context > 0 && longest > c.architecture.max_context)
    c.warnings.push_back(format("a prompt and an answer at their 95th percentiles are {} tokens, {} reads {}",
                                longest, c.architecture.name, c.architecture.max_context));
}

}  // namespace bitworth::formats
