#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/flags.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/llama_perplexity.hpp"
#include "bitworth/formats/quality_evidence.hpp"
#include "bitworth/report/quality_json.hpp"
#include "bitworth/report/quality_text.hpp"
#include "bitworth/report/table.hpp"

namespace bitworth::cli {
namespace {

struct Flags {
  std::string first, candidate;
  std::string kld, noise_floor;
  formats::ScoreChoice choice;
  std::vector<std::string> slices;
  NumberFlags numbers;
};

formats::QualityFiles files_of(const Flags& flags) {
  formats::QualityFiles files;
  if (flags.candidate.empty() && formats::read_llama_perplexity(flags.first)) {
    files.kld = flags.first;
  } else if (flags.candidate.empty()) {
    files.pairs = flags.first;
  } else {
    files.baseline = flags.first;
    files.candidate = flags.candidate;
  }
  if (!flags.kld.empty()) files.kld = flags.kld;
  if (!flags.noise_floor.empty()) files.noise_floor = flags.noise_floor;
  files.choice = flags.choice;
  return files;
}

quality::Plan plan_of(const Flags& flags) {
  const NumberFlags::Reading reading = flags.numbers.read();
  std::vector<std::string> problems = reading.problems;
  const std::vector<double>& v = reading.values;
  const quality::Plan plan{v[0], v[1], v[2]};
  if (!(plan.margin > 0 && plan.margin <= 1)) problems.push_back("--margin must be above 0 and at most 1");
  if (!(plan.alpha >= 0.0001 && plan.alpha <= 0.2)) problems.push_back("--alpha must be from 0.0001 to 0.2");
  if (!(plan.power >= 0.5 && plan.power <= 0.999)) problems.push_back("--power must be from 0.5 to 0.999");
  if (flags.first.empty() && flags.kld.empty())
    problems.push_back("no evidence is given: name the baseline's and the candidate's answers, or --kld");
  refuse("quality", problems, {});
  return plan;
}

Answer answer(const Flags& flags) {
  const quality::Plan plan = plan_of(flags);
  const auto evidence = formats::read_quality_evidence(files_of(flags));
  if (!evidence) {
    Failure failure;
    for (const Error& problem : evidence.error()) failure.messages.push_back(to_text(problem));
    throw failure;
  }
  Answer result;
  result.json = {{"schema", "bitworth.quality"}, {"schema_version", 1},
                 {"source", evidence->source},   {"test", nullptr},
                 {"divergence", nullptr},        {"warnings", evidence->warnings}};
  if (evidence->whole) {
    const quality::Assessment assessment = quality::assess(*evidence, plan, flags.slices);
    result.text += report::to_text(assessment, plan);
    result.json["test"] = report::to_json(assessment, plan);
  }
  if (evidence->divergence) {
    const quality::Screening screening =
        quality::screen(*evidence, formats::built_in_catalog().divergence_screen, plan.margin);
    result.text += (result.text.empty() ? "" : "\n") + report::to_text(screening, *evidence->divergence);
    result.json["divergence"] = report::to_json(screening, *evidence->divergence);
  }
  for (const std::string& warning : evidence->warnings)
    result.text += report::wrapped("Note: " + warning + ".", 100, "");
  return result;
}

}  // namespace

void add_quality(CLI::App& app) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command =
      add_command(app, "quality", "Whether answers stayed as good: a paired non-inferiority test",
                  [flags] { return answer(*flags); });
  command->add_option("baseline", flags->first,
                      "The baseline's answers, or both models', or a KLD (docs/formats/quality.md)");
  command->add_option("candidate", flags->candidate, "The candidate's answers");
  const formats::Defaults& defaults = formats::built_in_catalog().defaults;
  using namespace flag_units;
  flags->numbers.add_to(
      *command,
      {{"--margin", "Loss of accuracy that is acceptable", share, defaults.number("quality.margin"), false},
       {"--alpha", "Level of the test, one-sided", share, defaults.number("quality.alpha"), false},
       {"--power", "How surely a harmless option is to pass", share, defaults.number("quality.power"),
        false}});
  command->add_option("--slices", flags->slices, "Slices that must each hold the margin, with commas")
      ->delimiter(',');
  command->add_option("--kld", flags->kld, "What llama-perplexity --kl-divergence printed");
  command->add_option("--noise-floor", flags->noise_floor, "The same of the baseline against itself");
  command->add_option("--metric", flags->choice.metric, "The score to go by, where there are several");
  command->add_option("--filter", flags->choice.filter, "The filter to go by, where there are several");
  command->footer(
      "Examples:\n"
      "  bitworth quality runs/bf16 runs/fp8 --margin '1 %'\n"
      "  bitworth quality pairs.jsonl --slices math,code --json\n"
      "  bitworth quality --kld kld.txt --noise-floor self.txt\n");
}

}  // namespace bitworth::cli
