#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/flags.hpp"
#include "app/cli/host_device.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/economics/corrected.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

const hardware::EngineCosts& default_engine(const formats::Catalog& catalog) {
  return *catalog.kernels->engine(catalog.defaults.text("engine.name"));
}

using economics::Bottleneck;
using economics::CorrectedBottleneck;

struct BottleneckFlags {
  std::string phase;
  std::string device = "h100-sxm";
  NumberFlags numbers;
};

std::string device_problem(const formats::Catalog& catalog, const std::string& name) {
  const hardware::Device* device = catalog.devices.find(name);
  if (device == nullptr) return unknown_device(catalog, name);
  if (!hardware::peak_rate(*device, llm::Compute::sixteen_bit))
    return format("--device \"{}\" has no 16-bit peak in the catalog, so no ridge point; choose another",
                  name);
  return "";
}

nlohmann::ordered_json to_json(Bottleneck article, const hardware::Device& device,
                               const CorrectedBottleneck& better) {
  return {{"schema", "bitworth.bottleneck"},
          {"schema_version", 1},
          {"bottleneck", to_text(article)},
          {"corrected",
           {{"bottleneck", to_text(better.bottleneck)},
            {"device", device.id},
            {"tokens_per_step", better.tokens_per_step},
            {"ridge_tokens_per_step", better.ridge_tokens_per_step},
            {"reason", better.reason}}}};
}

std::string to_text(Bottleneck article, const hardware::Device& device, const CorrectedBottleneck& better) {
  const std::vector<std::vector<std::string>> rows = {
      {"", "article", "better founded"},
      {"bottleneck", to_text(article), to_text(better.bottleneck)},
      {"tokens per step", "", significant(better.tokens_per_step, 7)},
      {"ridge point", "", significant(better.ridge_tokens_per_step, 4) + " tokens per step"},
      {"device", "", device.id},
  };
  return report::table(rows) + "\n" + report::wrapped(better.reason, 100, "");
}

Answer answer(const BottleneckFlags& flags) {
  const formats::Catalog catalog = catalog_with_host();
  const NumberFlags::Reading reading = flags.numbers.read();
  std::vector<std::string> problems;
  for (const std::string& problem : {choice_problem("--phase", flags.phase, {"prefill", "decode", "other"}),
                                     device_problem(catalog, flags.device)}) {
    if (!problem.empty()) problems.push_back(problem);
  }
  problems.insert(problems.end(), reading.problems.begin(), reading.problems.end());
  const double batch = reading.values[0];
  refuse("bottleneck", problems, economics::check_batch_size(batch));
  const economics::Phase phase = *economics::phase_named(flags.phase);
  const hardware::Device& device = *catalog.devices.find(flags.device);
  const Bottleneck article = identify_bottleneck(phase, batch);
  const CorrectedBottleneck better =
      corrected_bottleneck(phase, batch, device, default_engine(catalog).batching_on(device).token_budget);
  return {to_text(article, device, better), to_json(article, device, better)};
}

}  // namespace

void add_bottleneck(CLI::App& app) {
  const auto flags = std::make_shared<BottleneckFlags>();
  CLI::App* command = add_command(
      app, "bottleneck", "Whether memory or compute bounds a step: the article's rule and the ridge point",
      [flags] { return answer(*flags); });
  command->add_option("--phase", flags->phase, "prefill, decode or other: mixed or unknown")
      ->type_name("PHASE");
  flags->numbers.add_to(*command, {{"--batch-size", "Requests in one step", flag_units::count, 1}});
  command->add_option("--device", flags->device, "The device (bitworth hardware lists them)")
      ->type_name("NAME")
      ->capture_default_str();
  command->footer(
      "--phase and --batch-size are required.\n\n"
      "Examples:\n"
      "  bitworth bottleneck --phase decode --batch-size 8\n"
      "  bitworth bottleneck --phase other --batch-size 64 --device a100-80gb-sxm --json\n");
}

}  // namespace bitworth::cli
