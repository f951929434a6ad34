#include "bitworth/roofline/estimate.hpp"

#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/time_question.hpp"
#include "bitworth/report/estimate_json.hpp"
#include "bitworth/report/estimate_text.hpp"

namespace bitworth::cli {

void add_estimate(CLI::App& app) {
  struct Flags {
    TimeFlags time;
    bool explain = false;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* command =
      add_command(app, "estimate", "What a step takes in each scheme, what it waits for, what fits", [flags] {
        const auto [question, point] = read_time_question(flags->time);
        const std::vector<roofline::OptionEstimate> estimates = roofline::estimate(question, point);
        std::string text = report::to_text(question, point, estimates);
        if (flags->explain) {
          for (const roofline::OptionEstimate& each : estimates)
            text += "\n" + report::explained(question, each);
        }
        return Answer{std::move(text), report::to_json(question, point, estimates)};
      });
  add_time_flags(*command, flags->time);
  command->add_flag("--explain", flags->explain, "Print every term of the times and its constants");
  command->footer(
      "Examples:\n"
      "  bitworth estimate --model llama-3.1-8b --device h100-sxm --scheme w8a8-fp8,w4a16\n"
      "  bitworth estimate examples/support-chat.toml --batch 64 --explain\n");
}

}  // namespace bitworth::cli
