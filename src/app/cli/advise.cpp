#include <memory>

#include "app/cli/case_argument.hpp"
#include "app/cli/command.hpp"
#include "app/cli/flags.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/decision/decide.hpp"
#include "bitworth/economics/advice.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/report/worth_json.hpp"
#include "bitworth/report/worth_text.hpp"

namespace bitworth::cli {
namespace {

using economics::AdviceFacts;
using economics::CorrectedAdvice;
using economics::Volume;

struct AdviseFlags {
  std::string case_path;
  AdviceFacts facts;
  std::string volume = to_text(Volume::low);
};

nlohmann::ordered_json to_json(const AdviceFacts& facts, const std::string& article,
                               const CorrectedAdvice& better) {
  return {{"schema", "bitworth.advise"},
          {"schema_version", 1},
          {"facts",
           {{"memory_constrained", facts.memory_constrained},
            {"not_memory_constrained", !facts.memory_constrained},
            {"decode_heavy", facts.decode_heavy},
            {"quality_critical", facts.quality_critical},
            {"moderate_volume", facts.volume == Volume::moderate},
            {"high_volume", facts.volume == Volume::high},
            {"engineering_capacity", facts.engineering_capacity}}},
          {"advice", article},
          {"corrected", {{"advice", better.advice}, {"reason", better.reason}, {"next", better.next}}}};
}

std::string to_text(const AdviceFacts& facts, const std::string& article, const CorrectedAdvice& better) {
  const auto word = [](bool holds) { return holds ? "yes" : "no"; };
  return format(
             "Memory-constrained: {}   decode-heavy: {}   quality-critical: {}   volume: {}   engineers "
             "free: {}\n\n",
             word(facts.memory_constrained), word(facts.decode_heavy), word(facts.quality_critical),
             to_text(facts.volume), word(facts.engineering_capacity)) +
         format("article         {}\n", article) + format("better founded  {}\n\n", better.advice) +
         report::wrapped(better.reason, 100, "") + report::wrapped("Next: " + better.next + ".", 100, "");
}

Answer advise_from_flags(const AdviseFlags& flags) {
  const std::string problem = choice_problem("--volume", flags.volume, {"low", "moderate", "high"});
  refuse("advise", problem.empty() ? std::vector<std::string>{} : std::vector{problem}, {});
  AdviceFacts facts = flags.facts;
  facts.volume = *economics::volume_named(flags.volume);
  const std::string article = should_quantize(facts);
  const CorrectedAdvice better = corrected_advice(facts);
  return {to_text(facts, article, better), to_json(facts, article, better)};
}

// The case answers what it can; a flag answers what it cannot.
Answer advise_from_case(const AdviseFlags& flags) {
  const cases::Case c = read_case_argument(flags.case_path);
  // The rules ask how the options would run, the draws do not matter to them.
  const decision::Decision decision = decision::decide(c, {.draws = 100});
  const decision::ArticleView& view = decision.article;
  const auto fact = [&](std::size_t i, bool flag) { return view.matrix[i].holds.value_or(flag); };
  const AdviceFacts facts{.memory_constrained = fact(0, flags.facts.memory_constrained),
                          .decode_heavy = fact(1, flags.facts.decode_heavy),
                          .quality_critical = fact(2, flags.facts.quality_critical),
                          .engineering_capacity = fact(3, flags.facts.engineering_capacity),
                          .volume = *economics::volume_named(view.volume)};
  const std::string article = should_quantize(facts);
  const CorrectedAdvice better = corrected_advice(facts);
  Answer answer{to_text(facts, article, better), to_json(facts, article, better)};
  answer.json["because"] = nlohmann::ordered_json::object();
  for (const decision::Fact& found : view.matrix) {
    answer.text += format("  {:<22}{}\n", found.key, found.because);
    answer.json["because"][found.key] = found.because;
  }
  answer.text += format("  {:<22}{}\n", "volume", view.volume_because);
  const std::string rules = report::rules_text(c, decision);
  answer.text += rules.empty() ? "" : "\n" + rules;
  answer.json["rules"] = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < c.options.size(); ++i)
    answer.json["rules"][c.options[i].name] = report::worth_json(decision.options[i].rules);
  answer.json["because"]["volume"] = view.volume_because;
  return answer;
}

}  // namespace

void add_advise(CLI::App& app) {
  const auto flags = std::make_shared<AdviseFlags>();
  CLI::App* command = add_command(
      app, "advise", "The article's decision matrix, and what the facts really allow to say",
      [flags] { return flags->case_path.empty() ? advise_from_flags(*flags) : advise_from_case(*flags); });
  command->add_option("case", flags->case_path, "A case, from which the facts are derived");
  command->add_flag("--memory-constrained", flags->facts.memory_constrained,
                    "The model hardly fits its GPUs");
  command->add_flag("--decode-heavy", flags->facts.decode_heavy,
                    "Most of the time goes into writing answers");
  command->add_flag("--quality-critical", flags->facts.quality_critical,
                    "Quality is what the product is bought for");
  command->add_option("--volume", flags->volume, "low, moderate or high: how much is served")
      ->type_name("VOLUME")
      ->capture_default_str();
  command->add_flag("--engineering-capacity", flags->facts.engineering_capacity,
                    "Engineers are free to do it");
  command->footer(
      "A fact that is not given does not hold. With a case, flags answer only what it leaves open.\n\n"
      "Examples:\n"
      "  bitworth advise examples/support-chat.toml\n"
      "  bitworth advise --memory-constrained --decode-heavy --volume high\n"
      "  bitworth advise --quality-critical --volume moderate --engineering-capacity --json\n");
}

}  // namespace bitworth::cli
