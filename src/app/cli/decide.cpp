#include "bitworth/decision/decide.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/cli/case_argument.hpp"
#include "app/cli/command.hpp"
#include "app/cli/output_file.hpp"
#include "app/cli/progress_line.hpp"
#include "app/cli/report_module.hpp"
#include "app/serve/inputs_json.hpp"
#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/earlier_answer.hpp"
#include "bitworth/formats/embedded.hpp"
#include "bitworth/report/changes.hpp"
#include "bitworth/report/decision_json.hpp"
#include "bitworth/report/decision_summary.hpp"
#include "bitworth/report/decision_text.hpp"
#include "bitworth/report/explained_decision.hpp"
#include "bitworth/report/html.hpp"
#include "bitworth/report/page_json.hpp"

namespace bitworth::cli {

namespace {

void compare(const std::string& path, Answer& answer) {
  const auto earlier = formats::read_earlier_answer(path, report::decision_schema_version);
  if (!earlier) throw Failure{{bitworth::to_text(earlier.error())}};
  const std::vector<std::string> changes = report::changes(*earlier, answer.json);
  answer.text = report::changes_text(changes) + answer.text;
  answer.json["changes"] = changes;
}

// Whether the page can do without us: it has the text of the case, but no files that it names.
bool answers_by_itself(const std::string& toml) {
  return !report_module().empty() &&
         formats::read_case(toml, "", formats::built_in_catalog(), formats::CaseFiles::refused);
}

// On a terminal a line says how far it is.
decision::Decision decide_visibly(const cases::Case& c, decision::DecideSettings settings) {
  ProgressLine line;
  double done = 0;
  std::mutex mutex;
  const std::function<void(const std::string&)> tell = [&](const std::string& what) {
    const std::lock_guard lock(mutex);
    line.show({what, done / static_cast<double>(c.options.size() + 1), std::nullopt});
    done += 1;
  };
  settings.capacity.tell = &tell;
  return decision::decide(c, settings);
}

}  // namespace

void add_decide(CLI::App& app) {
  struct Flags {
    std::string path;
    std::string evidence;
    std::string require;
    std::string html;
    std::string compare;
    bool all = false;
    bool explain = false;
    decision::DecideSettings settings;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = add_command(
      app, "decide", "Answer a case: GO, NO-GO or MEASURE, with the reasons",
      [flags](const report::Screen& screen) {
        const auto [toml, c] = read_case_with_text(flags->path, flags->evidence);
        if (!flags->html.empty()) check_writable(flags->html);
        const decision::Decision decision = decide_visibly(c, flags->settings);
        if (!flags->html.empty()) {
          auto document = report::page_json(c, decision, flags->settings.draws, toml, BITWORTH_VERSION);
          const bool live = flags->evidence.empty() && answers_by_itself(toml);
          if (live) document["inputs"] = serve::inputs_json(c, formats::built_in_catalog());
          write_whole(flags->html, [&](std::ostream& out) {
            out << report::html(formats::embedded_file("page.html"), document, live ? report_module() : "");
          });
        }
        const bool short_of_it = flags->require == "go" && decision.verdict != decision::Verdict::go;
        const bool whole = flags->all || flags->explain;
        Answer answer{whole ? report::to_text(c, decision) : report::summary_text(c, decision, screen),
                      report::to_json(c, decision), short_of_it ? requirement_not_met : done};
        if (flags->explain) answer.text = report::explained(c, decision) + answer.text;
        if (!flags->compare.empty()) compare(flags->compare, answer);
        return answer;
      });
  // An unset variable of a script is no file, and no wish to do without.
  const CLI::Validator names_a_file(
      [](const std::string& path) {
        return path.empty() ? std::string("the name of the file is empty") : "";
      },
      "");
  command->add_option("case", flags->path, "The case, a TOML file (docs/cases.md)")->required();
  command->add_option("--evidence", flags->evidence, "What bitworth measure wrote: it replaces estimates")
      ->check(names_a_file);
  command->add_option("--draws", flags->settings.draws, "Draws of the uncertain inputs")
      ->check(CLI::Range(100, 1000000))
      ->capture_default_str();
  command->add_option("--seed", flags->settings.seed, "Seed of the draws")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  add_output_file(*command, "--html", flags->html, "Also write the page, one HTML file, here")
      ->check(names_a_file);
  command->add_option("--require", flags->require, "go: exit with 3 unless the verdict is GO")
      ->check(CLI::IsMember({"go"}));
  command->add_option("--compare", flags->compare, "An earlier answer in JSON: say what has changed since")
      ->check(names_a_file);
  command->add_flag("--all", flags->all, "Show every figure, not just one screen of them");
  command->add_flag("--explain", flags->explain, "Show every figure, and how those of the money come about");
  command->footer(
      "Examples:\n"
      "  bitworth decide examples/support-chat.toml\n"
      "  bitworth decide examples/support-chat.toml --json -o answer.json\n"
      "  bitworth decide examples/support-chat.toml --compare answer.json\n"
      "  bitworth decide examples/support-chat.toml --html report.html\n"
      "  bitworth decide examples/support-chat.toml --require go\n"
      "  bitworth decide own.toml --evidence model.evidence.json\n");
}

}  // namespace bitworth::cli
