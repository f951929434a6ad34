#include "bitworth/roofline/crossover.hpp"

#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/time_question.hpp"
#include "bitworth/report/crossover_json.hpp"
#include "bitworth/report/crossover_text.hpp"

namespace bitworth::cli {

void add_crossover(CLI::App& app) {
  const auto flags = std::make_shared<TimeFlags>();
  CLI::App* command =
      add_command(app, "crossover", "The batch, context and GPUs at which options stop paying", [flags] {
        const auto [question, point] = read_time_question(*flags);
        std::vector<roofline::OptionCrossovers> found;
        for (const cases::Option& option : question.options)
          found.push_back(find_crossovers(question, option, point));
        return Answer{report::to_text(question, point, found), report::to_json(question, point, found)};
      });
  add_time_flags(*command, *flags);
  command->footer(
      "Examples:\n"
      "  bitworth crossover --model llama-3.1-8b --device a100-80-sxm --scheme w4a16,w8a8-int8\n"
      "  bitworth crossover examples/support-chat.toml --json\n");
}

}  // namespace bitworth::cli
