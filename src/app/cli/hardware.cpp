#include <filesystem>
#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/host_device.hpp"
#include "app/cli/measuring_engine.hpp"
#include "app/cli/output_file.hpp"
#include "app/cli/surroundings.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/host/machine.hpp"
#include "bitworth/measure/machine_probe.hpp"
#include "bitworth/report/evidence_json.hpp"
#include "bitworth/report/evidence_text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

template <class Q>
std::string shown(const std::optional<Q>& quantity) {
  return quantity ? to_text(*quantity) : "-";
}

template <class Q>
nlohmann::ordered_json json_of(const std::optional<Q>& quantity) {
  return quantity ? nlohmann::ordered_json(quantity->value()) : nlohmann::ordered_json();
}

nlohmann::ordered_json json_of(const hardware::Device& d, const std::optional<Estimate>& price) {
  return {{"id", d.id},
          {"name", d.name},
          {"memory_bytes", d.memory.value()},
          {"memory_bandwidth_bytes_per_second", d.memory_bandwidth.value()},
          {"bf16_flop_per_second", json_of(hardware::peak_rate(d, llm::Compute::sixteen_bit))},
          {"fp8_flop_per_second", json_of(d.peak.fp8)},
          {"int8_op_per_second", json_of(d.peak.int8)},
          {"fp4_flop_per_second", json_of(d.peak.fp4)},
          {"ridge_point_flop_per_byte", hardware::ridge_point(d, llm::Compute::sixteen_bit).value()},
          {"price_usd_per_gpu_hour", price ? nlohmann::ordered_json(price->value) : nlohmann::ordered_json()},
          {"source", d.source},
          {"date", d.date},
          {"confidence", d.confidence}};
}

Answer list_devices(const std::string& filter) {
  const formats::Catalog catalog = catalog_with_host();
  std::vector<std::vector<std::string>> rows = {
      {"device", "memory", "bandwidth", "16-bit", "FP8", "INT8", "FP4", "ridge", "$/GPU-h", "confidence"}};
  Answer answer;
  answer.json = {
      {"schema", "bitworth.hardware"}, {"schema_version", 1}, {"devices", nlohmann::ordered_json::array()}};
  for (const hardware::Device& d : catalog.devices.all()) {
    if (!filter.empty() && slug(d.id + " " + d.name).find(slug(filter)) == std::string::npos) continue;
    const std::optional<Estimate> price = catalog.price_per_gpu_hour(d.id);
    rows.push_back({d.id, to_text(d.memory), to_text(d.memory_bandwidth),
                    shown(hardware::peak_rate(d, llm::Compute::sixteen_bit)), shown(d.peak.fp8),
                    shown(d.peak.int8), shown(d.peak.fp4),
                    significant(hardware::ridge_point(d, llm::Compute::sixteen_bit).value()),
                    price ? to_text(Dollars(price->value)) : "-", d.confidence});
    answer.json["devices"].push_back(json_of(d, price));
  }
  if (rows.size() == 1)
    throw Failure{{format("no device matches \"{}\"; bitworth hardware lists all", filter)}};
  answer.text =
      report::table(rows) +
      "\nDense peaks. Ridge: 16-bit FLOPs per byte at which compute and memory take equally long.\n"
      "$/GPU-h: median of the catalog's on-demand prices; --json has source and date of each row.\n";
  return answer;
}

struct ProbeFlags {
  bool wanted = false;
  int threads = host::usable_cores();
  std::string evidence;  // empty: where cases look for it
};

// "~/.cache/bitworth/host.evidence.json", whose folder may not be there yet.
std::string usual_file() {
  std::error_code problem;
  std::filesystem::create_directories(cache_folder(), problem);
  return host_file();
}

Answer probe(const ProbeFlags& flags) {
  const std::unique_ptr<measure::Engine> engine = measuring_engine(flags.threads);
  const std::string file = flags.evidence.empty() ? usual_file() : flags.evidence;
  check_writable(file);
  listen_for_interrupts();
  ProgressLine line;
  const auto evidence = measure::probe_machine(*engine, surroundings(line));
  if (!evidence) throw Failure{{to_text(evidence.error())}, interrupted_by_user() ? interrupted : bad_input};
  const nlohmann::ordered_json json = report::to_json(*evidence);
  write_whole(file, [&](std::ostream& out) { out << json.dump(1) << '\n'; });
  const std::string use =
      flags.evidence.empty()
          ? "cases and --device name this machine \"host\" from now on"
          : format("a case whose device is \"host\" takes it with --evidence {}", flags.evidence);
  return {report::machine_text(*evidence) + format("\nKept in {}: {}.\n", file, use), json};
}

}  // namespace

void add_hardware(CLI::App& app) {
  const auto filter = std::make_shared<std::string>();
  const auto flags = std::make_shared<ProbeFlags>();
  CLI::App* command =
      add_command(app, "hardware", "The devices that bitworth knows, with prices, and this machine",
                  [filter, flags] { return flags->wanted ? probe(*flags) : list_devices(*filter); });
  CLI::Option* name = command->add_option("filter", *filter, "Show only devices whose name holds this");
  CLI::Option* wanted = command->add_flag(
      "--probe", flags->wanted, "Find out how fast this machine reads and multiplies: the device \"host\"");
  wanted->excludes(name);
  command->add_option("--threads", flags->threads, "With --probe: threads that compute")
      ->needs(wanted)
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  add_output_file(*command, "--evidence", flags->evidence,
                  "With --probe: write what was found here, not where cases look for it")
      ->needs(wanted);
  command->footer(
      "Examples:\n"
      "  bitworth hardware\n"
      "  bitworth hardware h100 --json\n"
      "  bitworth hardware --probe\n");
}

}  // namespace bitworth::cli
