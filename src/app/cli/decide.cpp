#include "bitworth/decision/decide.hpp"

#include <memory>

#include "app/cli/case_argument.hpp"
#include "app/cli/command.hpp"
#include "bitworth/report/decision_json.hpp"
#include "bitworth/report/decision_text.hpp"

namespace bitworth::cli {

void add_decide(CLI::App& app) {
  struct Flags {
    std::string path;
    decision::DecideSettings settings;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* command =
      add_command(app, "decide", "Answer a case: GO, NO-GO or MEASURE, with the reasons", [flags] {
        const cases::Case c = read_case_argument(flags->path);
        const decision::Decision decision = decision::decide(c, flags->settings);
        return Answer{report::to_text(c, decision), report::to_json(c, decision)};
      });
  command->add_option("case", flags->path, "The case, a TOML file (docs/cases.md)")->required();
  command->add_option("--draws", flags->settings.draws, "Draws of the uncertain inputs")
      ->check(CLI::Range(100, 1000000))
      ->capture_default_str();
  command->add_option("--seed", flags->settings.seed, "Seed of the draws")->capture_default_str();
  command->footer(
      "Examples:\n"
      "  bitworth decide examples/support-chat.toml\n"
      "  bitworth decide examples/support-chat.toml --json -o answer.json\n");
}

}  // namespace bitworth::cli
