#include "bitworth/decision/decide.hpp"

#include <memory>

#include "app/cli/case_argument.hpp"
#include "app/cli/command.hpp"
#include "bitworth/formats/embedded.hpp"
#include "bitworth/report/decision_json.hpp"
#include "bitworth/report/decision_text.hpp"
#include "bitworth/report/html.hpp"
#include "bitworth/report/page_json.hpp"

namespace bitworth::cli {

void add_decide(CLI::App& app) {
  struct Flags {
    std::string path;
    std::string evidence;
    std::string require;
    std::string html;
    decision::DecideSettings settings;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* command =
      add_command(app, "decide", "Answer a case: GO, NO-GO or MEASURE, with the reasons", [flags] {
        const auto [toml, c] = read_case_with_text(flags->path, flags->evidence);
        if (!flags->html.empty()) check_writable(flags->html);
        const decision::Decision decision = decision::decide(c, flags->settings);
        if (!flags->html.empty()) {
          const auto document = report::page_json(c, decision, flags->settings.draws, toml, BITWORTH_VERSION);
          write_whole(flags->html, [&](std::ostream& out) {
            out << report::html(formats::embedded_file("page.html"), document);
          });
        }
        const bool short_of_it = flags->require == "go" && decision.verdict != decision::Verdict::go;
        return Answer{report::to_text(c, decision), report::to_json(c, decision),
                      short_of_it ? requirement_not_met : done};
      });
  command->add_option("case", flags->path, "The case, a TOML file (docs/cases.md)")->required();
  command->add_option("--evidence", flags->evidence, "What bitworth measure wrote: it replaces estimates");
  command->add_option("--draws", flags->settings.draws, "Draws of the uncertain inputs")
      ->check(CLI::Range(100, 1000000))
      ->capture_default_str();
  command->add_option("--seed", flags->settings.seed, "Seed of the draws")->capture_default_str();
  command->add_option("--html", flags->html, "Also write the page, one HTML file, here");
  command->add_option("--require", flags->require, "go: exit with 3 unless the verdict is GO")
      ->check(CLI::IsMember({"go"}));
  command->footer(
      "Examples:\n"
      "  bitworth decide examples/support-chat.toml\n"
      "  bitworth decide examples/support-chat.toml --json -o answer.json\n"
      "  bitworth decide examples/support-chat.toml --html report.html\n"
      "  bitworth decide examples/support-chat.toml --require go\n"
      "  bitworth decide own.toml --evidence model.evidence.json\n");
}

}  // namespace bitworth::cli
