#include <algorithm>
#include <map>
#include <memory>

#include "app/cli/case_argument.hpp"
#include "app/cli/command.hpp"
#include "app/cli/flags.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/decision/advice_facts.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/report/table.hpp"

namespace bitworth::cli {
namespace {

// The flag that answers each item, and how a person is asked.
struct Question {
  std::string flag;
  std::string text;
};

const Question& question(const std::string& id) {
  static const std::map<std::string, Question> questions = {
      {"quality-first", {"--quality-critical", "Is quality what the product is bought for?"}},
      {"compute-is-minor", {"--compute-minor", "Is compute a small part of what the product costs?"}},
      {"latency-met", {"--latency-met", "Is every latency target met today?"}},
      {"team-stretched", {"--team-stretched", "Is the team small, with much else to do?"}},
      {"models-change-often", {"--models-change-often", "Is the model replaced every few weeks?"}}};
  return questions.at(id);
}

// By the item's id.
using Answers = std::map<std::string, std::string>;   // "yes", "no", "unknown"
using Evidence = std::map<std::string, std::string>;  // the number behind an answer of the case

std::string conclusion(long yes, long unknown) {
  if (yes > 0) {
    return format(
        "{} of 5 {} against quantizing, says the article{}. None is a verdict: \"bitworth decide\" puts "
        "numbers "
        "to them.",
        yes, yes == 1 ? "speaks" : "speak", unknown > 0 ? format("; {} still unanswered", unknown) : "");
  }
  if (unknown > 0)
    return format("{} of 5 still unanswered: give yes or no behind the flag of each.", unknown);
  return "None of the 5 speaks against quantizing. That is no verdict: \"bitworth decide\" weighs the "
         "numbers.";
}

std::string to_text(const std::vector<cases::ChecklistItem>& items, const Answers& answers,
                    const Evidence& evidence, const std::string& rest) {
  std::string text = "Reasons to leave quantization alone\n\n";
  for (const cases::ChecklistItem& item : items) {
    const std::string& answer = answers.at(item.id);
    text += format("{:<9}{}\n", answer, item.condition);
    if (evidence.contains(item.id)) text += format("         here:    {}\n", evidence.at(item.id));
    if (answer == "unknown")
      text += format("         {}  {} yes|no\n", question(item.id).text, question(item.id).flag);
    if (answer != "no") text += format("         article: {}\n", item.reason);
    if (answer != "no")
      text += "         " + report::wrapped("better:  " + item.comment, 91, std::string(18, ' '));
    text += "\n";
  }
  return text + report::wrapped(rest, 100, "");
}

nlohmann::ordered_json to_json(const std::vector<cases::ChecklistItem>& items, const Answers& answers,
                               const Evidence& evidence, const std::string& rest) {
  nlohmann::ordered_json json = {{"schema", "bitworth.checklist"}, {"schema_version", 1}};
  json["items"] = nlohmann::ordered_json::array();
  for (const cases::ChecklistItem& item : items) {
    json["items"].push_back(
        {{"id", item.id},
         {"condition", item.condition},
         {"reason", item.reason},
         {"answer", answers.at(item.id)},
         {"because", evidence.contains(item.id) ? nlohmann::ordered_json(evidence.at(item.id))
                                                : nlohmann::ordered_json()},
         {"question", question(item.id).text},
         {"flag", question(item.id).flag},
         {"computed_from", item.computed_from},
         {"corrected", item.comment}});
  }
  json["conclusion"] = rest;
  return json;
}

// The case answers what it can; what it cannot is left to the flags.
Evidence answer_from_case(const std::string& path, Answers& answers) {
  Evidence evidence;
  for (const decision::Fact& fact : decision::article_view(read_case_argument(path)).checklist) {
    evidence[fact.key] = fact.because;
    if (fact.holds) answers[fact.key] = *fact.holds ? "yes" : "no";
  }
  return evidence;
}

Answer answer_checklist(Answers answers, const std::string& case_path) {
  const std::vector<cases::ChecklistItem>& items = formats::built_in_catalog().article.checklist;
  std::vector<std::string> problems;
  for (const cases::ChecklistItem& item : items) {
    const std::string problem =
        choice_problem(question(item.id).flag, answers.at(item.id), {"yes", "no", "unknown"});
    if (!problem.empty()) problems.push_back(problem);
  }
  refuse("checklist", problems, {});
  const Evidence evidence = case_path.empty() ? Evidence{} : answer_from_case(case_path, answers);
  const auto count = [&](const std::string& answer) {
    return std::ranges::count_if(answers, [&](const auto& entry) { return entry.second == answer; });
  };
  const std::string rest = conclusion(count("yes"), count("unknown"));
  return {to_text(items, answers, evidence, rest), to_json(items, answers, evidence, rest)};
}

}  // namespace

void add_checklist(CLI::App& app) {
  const auto answers = std::make_shared<Answers>();
  const auto case_path = std::make_shared<std::string>();
  CLI::App* command = add_command(app, "checklist", "The article's five reasons to leave quantization alone",
                                  [answers, case_path] { return answer_checklist(*answers, *case_path); });
  command->add_option("case", *case_path, "A case, which answers what it can");
  for (const cases::ChecklistItem& item : formats::built_in_catalog().article.checklist) {
    std::string& answer = (*answers)[item.id] = "unknown";
    command->add_option(question(item.id).flag, answer, question(item.id).text)
        ->type_name("yes|no|unknown")
        ->capture_default_str();
  }
  command->footer(
      "Examples:\n"
      "  bitworth checklist examples/support-chat.toml\n"
      "  bitworth checklist --quality-critical no --latency-met yes --json\n");
}

}  // namespace bitworth::cli
