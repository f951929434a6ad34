#include "app/cli/time_question.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "app/cli/case_argument.hpp"
#include "app/cli/command.hpp"
#include "app/cli/flags.hpp"
#include "app/cli/host_device.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/model_files.hpp"
#include "bitworth/formats/paths.hpp"
#include "bitworth/roofline/crossover.hpp"

namespace bitworth::cli {
namespace {

using formats::Catalog;

constexpr double usual_batch = 16, usual_prompt = 1024, usual_answer = 256;
constexpr int most_gpus = 8;

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// The thing of that name; null, and a problem, where there is none.
template <class T>
const T* named(const std::string& flag, const std::string& name, const formats::Shelf<T>& shelf,
               const std::string& lists_them, std::vector<std::string>& problems) {
  const T* thing = shelf.find(name);
  if (thing != nullptr) return thing;
  const std::string hint = did_you_mean(name, shelf.names());
  problems.push_back(format("{} \"{}\" is not in the catalog; {}", flag, name,
                            hint.empty() ? lists_them + " lists them" : hint));
  return nullptr;
}

void read_model(const std::string& name, const Catalog& catalog, cases::Case& c,
                std::vector<std::string>& problems) {
  if (name.empty()) {
    problems.push_back("--model is missing: an architecture such as llama-3.1-8b, or a model's files");
  } else if (formats::is_model_path(name) && catalog.architectures.find(name) == nullptr) {
    const auto files = formats::read_model(name);
    if (!files) {
      problems.push_back(to_text(files.error()));
    } else if (!files->architecture) {
      problems.push_back(
          format("--model \"{}\" has no dimensions; bitworth inspect {} says why", name, name));
    } else {
      c.architecture = *files->architecture;
    }
  } else if (const llm::Architecture* found =
                 named("--model", name, catalog.architectures, "data/architectures.toml", problems)) {
    c.architecture = *found;
  }
  if (c.architecture.approximate)
    c.warnings.push_back(
        format("{} is described approximately: its times are less certain than the intervals say",
               c.architecture.name));
}

void read_device(const std::string& name, const Catalog& catalog, cases::Case& c,
                 std::vector<std::string>& problems) {
  if (name.empty()) {
    problems.push_back("--device is missing: one such as h100-sxm; bitworth hardware lists them");
  } else if (const hardware::Device* found = catalog.devices.find(name)) {
    c.hardware.device = *found;
  } else {
    problems.push_back(unknown_device(catalog, name));
  }
}

const hardware::EngineCosts* read_engine(const TimeFlags& flags, const Catalog& catalog, cases::Case& c,
                                         std::vector<std::string>& problems) {
  c.hardware.kernels = catalog.kernels;
  c.engine.name = flags.engine.empty() ? catalog.defaults.text("engine.name") : flags.engine;
  const hardware::EngineCosts* engine = catalog.kernels->engine(c.engine.name);
  if (engine == nullptr) {
    std::vector<std::string> names;
    for (const hardware::EngineCosts& each : catalog.kernels->engines) names.push_back(each.name);
    problems.push_back(choice_problem("--engine", c.engine.name, names));
    return nullptr;
  }
  c.engine.gpu_memory_utilization = engine->memory_utilization;
  const hardware::Batching batching = engine->batching_on(c.hardware.device);
  c.engine.max_num_seqs = batching.max_sequences;
  c.engine.token_budget = batching.token_budget;
  return engine;
}

// A device without the scheme's units runs its fallback.
void resolve_units(const Catalog& catalog, cases::Case& c, cases::Option& option,
                   std::vector<std::string>& problems) {
  option.runs_as = option.scheme;
  if (hardware::peak_rate(c.hardware.device, option.scheme.compute)) return;
  const std::string reason =
      format("{} has no {} units", c.hardware.device.name, llm::to_text(option.scheme.compute));
  const llm::Scheme* fallback = catalog.schemes.find(option.scheme.fallback);
  if (fallback == nullptr) {
    problems.push_back(
        format("{} does not run here: {}; choose another scheme or device", upper(option.scheme.id), reason));
    return;
  }
  option.runs_as = *fallback;
  c.warnings.push_back(format("{} runs as {}: {}", upper(option.scheme.id), upper(fallback->id), reason));
}

cases::Option option_of(const llm::Scheme& scheme, const std::string& stated_kv, const Catalog& catalog,
                        cases::Case& c, const hardware::EngineCosts& engine,
                        std::vector<std::string>& problems) {
  cases::Option option;
  option.scheme = scheme;
  std::string kv = scheme.kv_cache.empty() ? catalog.defaults.text("option.kv_cache") : scheme.kv_cache;
  if (!stated_kv.empty()) kv = stated_kv;
  if (const llm::KvFormat* found = catalog.kv_formats.find(kv)) option.kv_cache = *found;
  resolve_units(catalog, c, option, problems);
  option.kernels = hardware::find_step_kernels(*c.hardware.kernels, engine, c.architecture, option.runs_as,
                                               c.hardware.device);
  option.name = upper(scheme.id);
  if (option.kv_cache.bits < 16 && option.kv_cache.id != scheme.kv_cache)
    option.name += format(" + {} KV", upper(option.kv_cache.id));
  return option;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> result(1);
  for (const char c : text) {
    if (c == ',') {
      result.emplace_back();
    } else if (c != ' ') {
      result.back() += c;
    }
  }
  return result;
}

bool same_formats(const cases::Option& a, const cases::Option& b) {
  return a.scheme.id == b.scheme.id && a.kv_cache.id == b.kv_cache.id;
}

cases::Case case_of_names(const TimeFlags& flags) {
  const Catalog catalog = catalog_with_host();
  cases::Case c;
  std::vector<std::string> problems;
  read_model(flags.model, catalog, c, problems);
  read_device(flags.device, catalog, c, problems);
  const hardware::EngineCosts* engine = read_engine(flags, catalog, c, problems);
  const std::string baseline =
      flags.baseline.empty() ? catalog.defaults.text("baseline.scheme") : flags.baseline;
  const llm::Scheme* old = named("--baseline", baseline, catalog.schemes, "bitworth schemes", problems);
  std::vector<const llm::Scheme*> schemes;
  for (const std::string& name : split(flags.schemes))
    schemes.push_back(named("--scheme", name, catalog.schemes, "bitworth schemes", problems));
  if (!flags.kv_cache.empty() && catalog.kv_formats.find(flags.kv_cache) == nullptr)
    problems.push_back(choice_problem("--kv-cache", flags.kv_cache, catalog.kv_formats.ids()));
  refuse(flags.command, problems, {});

  c.name = format("{} on {}", c.architecture.name, c.hardware.device.name);
  c.baseline = option_of(*old, "", catalog, c, *engine, problems);
  for (const llm::Scheme* scheme : schemes) {
    cases::Option option = option_of(*scheme, flags.kv_cache, catalog, c, *engine, problems);
    const auto same = [&](const cases::Option& other) { return same_formats(option, other); };
    if (!same(c.baseline) && std::ranges::none_of(c.options, same)) c.options.push_back(std::move(option));
  }
  refuse(flags.command, problems, {});
  return c;
}

cases::Case case_of_file(const TimeFlags& flags) {
  const std::pair<const char*, const std::string*> names[] = {
      {"--model", &flags.model},       {"--device", &flags.device},     {"--engine", &flags.engine},
      {"--baseline", &flags.baseline}, {"--kv-cache", &flags.kv_cache}, {"--scheme", &flags.schemes}};
  std::vector<std::string> problems;
  for (const auto& [name, value] : names) {
    if (!value->empty())
      problems.push_back(format("{} is given beside a case, which says that itself; leave one out", name));
  }
  refuse(flags.command, problems, {});
  return read_case_argument(flags.case_path);
}

roofline::LoadPoint point_of(const TimeFlags& flags, cases::Case& c) {
  const bool of_file = !flags.case_path.empty();
  roofline::LoadPoint point;
  point.batch = flags.batch.value_or(usual_batch);
  const double prompt = of_file ? c.workload.prompt_tokens.mean() : usual_prompt;
  point.prompt_tokens = std::round(flags.prompt_tokens.value_or(prompt));
  const double context = of_file && !flags.prompt_tokens ? workload::mean_decode_context(c.workload)
                                                         : point.prompt_tokens + usual_answer / 2;
  point.context_tokens = std::round(flags.context_tokens.value_or(context));
  if (flags.gpus) {
    point.gpus = *flags.gpus;
  } else if (c.baseline.gpus_per_replica) {
    point.gpus = *c.baseline.gpus_per_replica;
  } else {
    point.gpus = roofline::fewest_gpus(c, point).value_or(most_gpus);
  }
  for (const cases::Option& option : c.options) {
    if (option.gpus_per_replica.value_or(point.gpus) != point.gpus)
      c.warnings.push_back(format("{} is timed on {} GPUs like the others, not on its own {}", option.name,
                                  point.gpus, *option.gpus_per_replica));
  }
  return point;
}

}  // namespace

void add_time_flags(CLI::App& command, TimeFlags& flags) {
  flags.command = command.get_name();
  command.add_option("case", flags.case_path, "The case, a TOML file (docs/cases.md); or give names:");
  command.add_option("--model", flags.model, "An architecture, or a model's files")->type_name("NAME");
  command.add_option("--device", flags.device, "The device (bitworth hardware lists them)")
      ->type_name("NAME");
  command.add_option("--engine", flags.engine, "The engine")->type_name("NAME")->default_str("vllm");
  command.add_option("--scheme", flags.schemes, "The options (bitworth schemes lists them)")
      ->type_name("A,B")
      ->default_str("w8a8-fp8,w4a16");
  command.add_option("--baseline", flags.baseline, "The scheme that they are compared with")
      ->type_name("NAME")
      ->default_str("bf16");
  command.add_option("--kv-cache", flags.kv_cache, "KV cache of the options, such as fp8")->type_name("NAME");
  command.add_option("--tp", flags.gpus, "GPUs that work together; default: the fewest that hold all")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  command.add_option("--batch", flags.batch, "Sequences at once")
      ->type_name("N")
      ->default_str("16")
      ->check(CLI::Range(1.0, 1e6));
  command
      .add_option("--prompt", flags.prompt_tokens, "Tokens of a prompt; default: 1024, or the case's mean")
      ->type_name("N")
      ->check(CLI::Range(1.0, 1e8));
  command
      .add_option("--context", flags.context_tokens,
                  "Tokens cached by a decoding sequence; default: the prompt and half an answer")
      ->type_name("N")
      ->check(CLI::Range(1.0, 1e8));
}

TimeQuestion read_time_question(const TimeFlags& flags) {
  TimeFlags given = flags;
  if (given.case_path.empty() && given.schemes.empty()) given.schemes = "w8a8-fp8,w4a16";
  cases::Case c = given.case_path.empty() ? case_of_names(given) : case_of_file(given);
  const roofline::LoadPoint point = point_of(given, c);
  return {std::move(c), point};
}

}  // namespace bitworth::cli
