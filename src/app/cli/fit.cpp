#include "bitworth/roofline/fit.hpp"

#include <filesystem>
#include <iostream>
#include <memory>

#include "app/cli/command.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/fit_file.hpp"
#include "bitworth/formats/kernel_rows.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Fitted {
  const cases::FitGroup* group = nullptr;
  roofline::KernelFit fit;
};

/// Four digits: what a fit can tell, and less than its error changes with.
double rounded(double value) {
  return std::stod(format("{:.4g}", value));
}

hardware::Kernel as_written(hardware::Kernel kernel, const cases::FitGroup& group, const std::string& file) {
  kernel.launch = Seconds(rounded(kernel.launch.value() * 1e6) * 1e-6);
  kernel.bandwidth_share = rounded(kernel.bandwidth_share);
  kernel.compute_share = rounded(kernel.compute_share);
  kernel.corner = rounded(kernel.corner);
  kernel.source = format("bitworth fit of {} kernel timings and {} runs in {}, {} in {}",
                         group.timings.size(), group.runs.size(), file, group.scheme.id, group.engine.name);
  kernel.date.clear();
  return kernel;
}

std::string error_of(const roofline::FitError& error) {
  return format("{:.3f}", error.mean_abs_log);
}

std::string summary(const std::vector<Fitted>& fits, const std::vector<std::string>& refused) {
  std::vector<std::vector<std::string>> rows = {{"device, engine, scheme", "kernel", "n", "mean |ln|",
                                                 "p90 |ln|", "shipped mean", "launch", "bandwidth", "compute",
                                                 "corner"}};
  for (const auto& [group, fit] : fits)
    rows.push_back({format("{}, {}, {}", group->device.id, group->engine.name, group->scheme.id),
                    fit.kernel.name, std::to_string(fit.points), error_of(fit.error),
                    format("{:.3f}", fit.error.p90_abs_log), error_of(fit.before), to_text(fit.kernel.launch),
                    percent(fit.kernel.bandwidth_share), percent(fit.kernel.compute_share),
                    significant(fit.kernel.corner)});
  std::string text = report::table(rows);
  for (const std::string& reason : refused) text += "refused: " + reason + "\n";
  return text;
}

Json json_of(const roofline::FitError& error) {
  return {{"mean_abs_log_error", error.mean_abs_log}, {"p90_abs_log_error", error.p90_abs_log}};
}

Json json_of(const std::vector<Fitted>& fits, const std::vector<std::string>& refused) {
  Json json = {{"schema", "bitworth.fit"}, {"schema_version", 1}, {"kernels", Json::array()}};
  for (const auto& [group, fit] : fits)
    json["kernels"].push_back({{"name", fit.kernel.name},
                               {"device", group->device.id},
                               {"engine", group->engine.name},
                               {"scheme", group->scheme.id},
                               {"timings", group->timings.size()},
                               {"runs", group->runs.size()},
                               {"fitted", json_of(fit.error)},
                               {"shipped", json_of(fit.before)},
                               {"launch_seconds", fit.kernel.launch.value()},
                               {"bandwidth_share", fit.kernel.bandwidth_share},
                               {"compute_share", fit.kernel.compute_share},
                               {"corner", fit.kernel.corner}});
  json["refused"] = refused;
  return json;
}

void check_choice(const formats::FitChoice& choice, const formats::Catalog& catalog) {
  std::vector<std::string> problems;
  const auto check = [&](const std::string& flag, const std::string& name, const auto& shelf) {
    if (name.empty() || shelf.find(name) != nullptr) return;
    const std::string hint = did_you_mean(name, shelf.names());
    problems.push_back(
        format("fit: {} \"{}\" is not in the catalog{}", flag, name, hint.empty() ? "" : "; " + hint));
  };
  check("--device", choice.device, catalog.devices);
  check("--scheme", choice.scheme, catalog.schemes);
  if (!choice.engine.empty() && catalog.kernels->engine(choice.engine) == nullptr)
    problems.push_back(format("fit: --engine \"{}\" is not one of bitworth's engines", choice.engine));
  if (!problems.empty()) throw Failure{problems, bad_usage};
}

Answer fit_file(const std::string& path, const formats::FitChoice& choice) {
  const formats::Catalog& catalog = formats::built_in_catalog();
  check_choice(choice, catalog);
  const auto file = formats::read_fit_file(path, choice, catalog);
  if (!file) throw Failure{{to_text(file.error())}};
  const std::string name = std::filesystem::path(path).filename().string();
  std::vector<Fitted> fits;
  std::vector<hardware::Kernel> rows;
  std::vector<std::string> refused;
  for (const cases::FitGroup& group : file->groups) {
    auto fit = roofline::fit_group(group, *catalog.kernels);
    if (!fit) {
      refused.push_back(
          format("{}, {}, {}: {}", group.device.id, group.engine.name, group.scheme.id, fit.error()));
      continue;
    }
    fit->kernel = as_written(std::move(fit->kernel), group, name);
    rows.push_back(fit->kernel);
    fits.push_back({&group, *std::move(fit)});
  }
  for (const auto& [reason, count] : file->refused)
    refused.push_back(format("{} row{}: {}", count, count == 1 ? "" : "s", reason));
  if (fits.empty()) {
    std::vector<std::string> messages;
    for (const std::string& reason : refused) messages.push_back(format("{}: {}", path, reason));
    throw Failure{messages};
  }
  std::cerr << summary(fits, refused);
  return {formats::kernel_rows(rows), json_of(fits, refused)};
}

}  // namespace

void add_fit(CLI::App& app) {
  struct Flags {
    std::string path;
    formats::FitChoice choice;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* command =
      add_command(app, "fit", "Make kernel constants of measurements, in a file that a case can name",
                  [flags] { return fit_file(flags->path, flags->choice); });
  command
      ->add_option("file", flags->path,
                   "Kernel timings (CSV: device, engine, scheme, m, n, k, latency_us) or runs (JSON lines: "
                   "device, engine, model, scheme, phase, batch, prompt, output, seconds or "
                   "tokens_per_second; or measured pairs)")
      ->required();
  command->add_option("--device", flags->choice.device, "Only this device, or the file's where it says none")
      ->type_name("NAME");
  command->add_option("--engine", flags->choice.engine, "The same of the engine")->type_name("NAME");
  command->add_option("--scheme", flags->choice.scheme, "The same of the scheme")->type_name("NAME");
  command->footer(
      format("A kernel needs {} timings or {} runs. A case reads the file by [hardware] kernels = "
             "\"constants.toml\".\n\n"
             "Examples:\n"
             "  bitworth fit timings.csv --engine vllm -o constants.toml\n"
             "  bitworth fit runs.jsonl --device rtx-4090 --json\n",
             roofline::least_timings, roofline::least_runs));
}

}  // namespace bitworth::cli
