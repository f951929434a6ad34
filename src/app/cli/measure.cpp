#include <algorithm>
#include <filesystem>
#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/flags.hpp"
#include "app/cli/host_device.hpp"
#include "app/cli/measuring_engine.hpp"
#include "app/cli/output_file.hpp"
#include "app/cli/progress_line.hpp"
#include "app/cli/surroundings.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/host/machine.hpp"
#include "bitworth/measure/campaign.hpp"
#include "bitworth/measure/file_cache.hpp"
#include "bitworth/report/evidence_json.hpp"
#include "bitworth/report/evidence_text.hpp"
#include "bitworth/report/perplexity_text.hpp"
#include "bitworth/units/parse.hpp"

namespace bitworth::cli {
namespace {

namespace fs = std::filesystem;

struct Flags {
  measure::Settings settings;
  std::vector<std::string> schemes = {"q8_0", "q4_k_m", "q4_0"};
  std::string budget = "10 min";
  std::string evidence;
  bool speed_only = false;
  bool quality_only = false;
  std::string synthetic;  // an architecture
  int threads = host::usable_cores();
};

// The catalog's id of a scheme that the engine can make.
std::string scheme_id(const std::string& name, const std::vector<std::string>& known,
                      std::vector<std::string>& problems) {
  const llm::Scheme* scheme = formats::built_in_catalog().schemes.find(name);
  const std::string id = scheme == nullptr ? name : scheme->id;
  if (std::ranges::find(known, id) != known.end()) return id;
  const std::string hint = did_you_mean(name, known);
  problems.push_back(format("\"{}\" is not a scheme that llama.cpp makes; {}", name,
                            hint.empty() ? "it makes " + listed(known) : hint));
  return id;
}

void resolve(Flags& flags, const std::vector<std::string>& known) {
  std::vector<std::string> problems;
  measure::Settings& settings = flags.settings;
  for (const std::string& name : flags.schemes) settings.schemes.push_back(scheme_id(name, known, problems));
  if (!settings.baseline.empty()) settings.baseline = scheme_id(settings.baseline, known, problems);
  const auto budget = parse_quantity(flags.budget);
  if (budget && budget->dimension == Seconds::dimension && budget->value > 0) {
    settings.budget = Seconds(budget->value);
  } else {
    problems.push_back(
        format("--budget \"{}\" is not a time above 0; give one such as \"10 min\"", flags.budget));
  }
  if (flags.speed_only) settings.scope = measure::Scope::speed;
  if (flags.quality_only) settings.scope = measure::Scope::quality;
  if (settings.model.empty() == flags.synthetic.empty())
    problems.push_back("give a model, or --synthetic with an architecture");
  if (!settings.base_file.empty() && !settings.compat) problems.push_back("--base-file needs --compat");
  if (!flags.synthetic.empty() && flags.quality_only)
    problems.push_back("--quality-only: random weights have no quality");
  if (settings.cache.empty()) settings.cache = cache_folder() + "/models";
  const std::string name =
      flags.synthetic.empty() ? fs::path(settings.model).stem().string() : slug(flags.synthetic);
  if (flags.evidence.empty()) flags.evidence = name + ".evidence.json";
  settings.journal = flags.evidence + ".journal";
  refuse("measure", problems, {});
}

// Puts random weights in the place of the model.
void make_synthetic(Flags& flags, measure::Engine& engine, ProgressLine& line) {
  const auto& shelf = formats::built_in_catalog().architectures;
  const llm::Architecture* architecture = shelf.find(flags.synthetic);
  if (architecture == nullptr)
    throw Failure{{format("measure: there is no architecture \"{}\"; {}", flags.synthetic,
                          did_you_mean(flags.synthetic, shelf.names()))},
                  bad_usage};
  const auto cache = measure::FileCache::open(flags.settings.cache, engine.facts());
  if (!cache) throw Failure{{to_text(cache.error())}};
  line.show({.what = "making random weights of " + architecture->name});
  const Result<std::string> path = cache->random_model(engine, *architecture);
  if (!path) throw Failure{{to_text(path.error())}, interrupted_by_user() ? interrupted : bad_input};
  flags.settings.model = *path;
  flags.settings.synthetic = true;
  flags.settings.scope = measure::Scope::speed;
}

void write_evidence(const std::string& path, const nlohmann::ordered_json& json) try {
  write_whole(path, [&](std::ostream& out) { out << json.dump(1) << '\n'; });
} catch (Failure& failure) {
  failure.messages.push_back("what was measured is kept: run the same command again");
  throw;
}

// The words of llama-perplexity for each format, for whoever compares with it.
std::string as_llama_perplexity(const measure::Campaign& run) {
  std::string text;
  for (std::size_t file = 1; file < run.scores.size(); ++file)
    text +=
        format("\n{} as llama-perplexity --kl-divergence prints it:\n\n{}", run.evidence.files[file].scheme,
               report::perplexity_text(quality::perplexity_statistics(run.scores[file])));
  return text;
}

Answer run_measure(Flags flags) {
  const std::unique_ptr<measure::Engine> engine = measuring_engine(flags.threads);
  resolve(flags, engine->schemes());
  listen_for_interrupts();
  ProgressLine line;
  if (!flags.synthetic.empty()) make_synthetic(flags, *engine, line);
  const measure::Surroundings around = surroundings(line);
  const Result<measure::Campaign> run = measure::run_campaign(*engine, flags.settings, around);
  if (!run) throw Failure{{to_text(run.error())}, interrupted_by_user() ? interrupted : bad_input};
  Answer answer{report::to_text(run->evidence), report::to_json(run->evidence)};
  if (flags.settings.compat) answer.text += as_llama_perplexity(*run);
  write_evidence(flags.evidence, answer.json);
  std::error_code ignored;
  fs::remove(flags.settings.journal, ignored);  // the run is complete
  answer.text += format("\nEvidence with every sample: {}\n", flags.evidence);
  return answer;
}

}  // namespace

void add_measure(CLI::App& app) {
  const auto flags = std::make_shared<Flags>();
  measure::Settings& settings = flags->settings;
  CLI::App* command =
      add_command(app, "measure", "Quantize a model and time it on this machine, against itself",
                  [flags] { return run_measure(*flags); });
  command->add_option("model", settings.model, "The model, a GGUF file with 16-bit (or 32-bit) weights")
      ->type_name("FILE");
  command
      ->add_option("--synthetic", flags->synthetic,
                   "Instead of a model: random weights in the shape of this architecture (speed only)")
      ->type_name("ARCH");
  command->add_option("--schemes", flags->schemes, "Number formats to compare with the baseline")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--baseline", settings.baseline,
                      "Number format of the baseline (default: the file's own)");
  command->add_option("--batches", settings.batches, "Sequences that decode together")
      ->delimiter(',')
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command
      ->add_option("--depths", settings.depths,
                   "Tokens that each has before (default: 0 and half the context, at most 512)")
      ->delimiter(',')
      ->check(CLI::Range(0, 1 << 20));
  command->add_option("--prompt", settings.prompt_tokens, "Tokens of the prompt whose prefill is timed")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  command->add_option("--budget", flags->budget, "Time that the timings may take")->capture_default_str();
  command->add_option("--blocks", settings.blocks, "Exactly so many blocks of timings, whatever they show")
      ->check(CLI::Range(1, 1000));
  CLI::Option* speed_only = command->add_flag("--speed-only", flags->speed_only, "Do not compare quality");
  command->add_flag("--quality-only", flags->quality_only, "Do not time")->excludes(speed_only);
  command->add_option("--text", settings.text,
                      "Text that quality is compared on (default: a short shipped one)");
  command->add_option("--context", settings.context_tokens, "Tokens of each context of the text")
      ->check(CLI::Range(8, 1 << 20))
      ->capture_default_str();
  command->add_option("--contexts", settings.contexts, "At most so many contexts")
      ->check(CLI::Range(2, 1 << 20));
  command->add_flag("--compat", settings.compat, "Score as llama-perplexity does, to its last digit");
  command->add_option("--base-file", settings.base_file,
                      "With --compat: llama-perplexity's base file, read if there, else written");
  command->add_option("--threads", flags->threads, "Threads that compute")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--imatrix", settings.imatrix,
                      "Importance matrix for quantizing, a GGUF file of llama-imatrix");
  command->add_flag("--allow-requantize", settings.allow_requantize,
                    "Take a model that is quantized already");
  command->add_option("--seed", settings.seed, "Seed of the order of the timings")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--cache", settings.cache,
                      "Folder of the quantized files (default: ~/.cache/bitworth/models)");
  add_output_file(*command, "--evidence", flags->evidence,
                  "Evidence file to write (default: the model's name with .evidence.json)");
  command->footer(
      "A run that was stopped, or killed, goes on when the same command is given again.\n\n"
      "Examples:\n"
      "  bitworth measure examples/distill-kq-3.7M.gguf\n"
      "  bitworth measure --synthetic llama-3.2-1b\n"
      "  bitworth measure model.gguf --schemes q8_0,q4_k_m --batches 1,8,32 --budget 30min\n");
}

}  // namespace bitworth::cli
