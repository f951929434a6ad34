#include "app/cli/program.hpp"

#include <iostream>
#include <memory>
#include <vector>

#include "app/cli/command.hpp"
#include "app/cli/output_file.hpp"
#include "app/cli/terminal.hpp"
#include "bitworth/base/text.hpp"

namespace bitworth::cli {
namespace {

struct OutputFlags {
  bool json = false;
  std::string file = "-";
};

void write(const Answer& answer, const OutputFlags& flags, std::ostream& out) {
  if (flags.json) {
    out << answer.json.dump(2) << '\n';
  } else {
    out << answer.text;
  }
}

Exit run_command(const std::function<Answer(const report::Screen&)>& run, const OutputFlags& flags) {
  if (flags.file == "-") {
    const Answer answer = run(screen_of_stdout());
    write(answer, flags, std::cout);
    if (!std::cout.flush()) throw Failure{{"standard output: could not be written whole; is the disk full?"}};
    return answer.exit;
  }
  check_writable(flags.file);
  const Answer answer = run({});
  write_whole(flags.file, [&](std::ostream& out) { write(answer, flags, out); });
  return answer.exit;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> result;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    result.push_back(command->get_name());
  return result;
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> result;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) result.push_back("--" + name);
  }
  return result;
}

// What was not understood, with the nearest thing that would have been.
std::string unknown_word_message(const CLI::App& app, const std::string& word) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  if (chosen.empty()) {
    const std::string hint = did_you_mean(word, command_names(app));
    return format("\"{}\" is not a command; {}", word, hint.empty() ? "bitworth --help lists them" : hint);
  }
  const std::string flag = word.substr(0, word.find('='));
  const std::string hint = did_you_mean(flag, flag_names(*chosen[0]));
  return format("{}: \"{}\" is not a flag of it; {}", chosen[0]->get_name(), flag,
                hint.empty() ? format("bitworth {} --help lists them", chosen[0]->get_name()) : hint);
}

int report_usage_problem(const CLI::App& app, const CLI::ParseError& problem) {
  std::string message = problem.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr) {
    const std::vector<std::string> extras = app.remaining(true);
    if (!extras.empty()) message = unknown_word_message(app, extras.front());
  } else if (app.get_subcommands().empty()) {
    const std::vector<std::string> rest = app.remaining(true);
    message = rest.empty() ? "a command is missing; bitworth --help lists them"
                           : unknown_word_message(app, rest.front());
  } else if (dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr) {
    const std::string flag = message.substr(0, message.find(':'));
    const bool missing = message.ends_with("missing");
    message = format("{}: {} {}", app.get_subcommands()[0]->get_name(), flag,
                     missing ? "has no value" : "is given twice");
  } else {
    message = app.get_subcommands()[0]->get_name() + ": " + message;
  }
  std::cerr << "bitworth: " << message << '\n';
  return bad_usage;
}

}  // namespace

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                      std::function<Answer()> run) {
  return add_command(app, name, description, [run = std::move(run)](const report::Screen&) { return run(); });
}

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                      std::function<Answer(const report::Screen&)> run) {
  CLI::App* command = app.add_subcommand(name, description);
  const auto flags = std::make_shared<OutputFlags>();
  command->add_flag("--json", flags->json, "Print JSON instead of text");
  add_output_file(*command, "-o,--output", flags->file, "Write to this file; - is the terminal")
      ->capture_default_str();
  command->callback([run = std::move(run), flags] { throw run_command(run, *flags); });
  return command;
}

int run_program(int argc, const char* const* argv) {
  CLI::App app{"Does quantizing this LLM pay off? GO, NO-GO or MEASURE, with the reasons.", "bitworth"};
  app.set_version_flag("--version", "bitworth " BITWORTH_VERSION);
  app.require_subcommand(1);
  app.failure_message({});
  add_decide(app);
  add_serve(app);
  add_estimate(app);
  add_crossover(app);
  add_bottleneck(app);
  add_roi(app);
  add_payback(app);
  add_advise(app);
  add_scenarios(app);
  add_hidden_costs(app);
  add_checklist(app);
  add_quality(app);
  add_simulate(app);
  add_workload(app);
  add_hardware(app);
  add_schemes(app);
  add_validate(app);
  add_fit(app);
  add_measure(app);
  add_inspect(app);
  try {
    app.parse(argc, argv);
    return done;
  } catch (const Exit exit) {
    return exit;
  } catch (const Failure& failure) {
    for (const std::string& message : failure.messages) std::cerr << "bitworth: " << message << '\n';
    return failure.exit;
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return done;
  } catch (const CLI::CallForVersion& version) {
    std::cout << version.what() << '\n';
    return done;
  } catch (const CLI::ParseError& problem) {
    return report_usage_problem(app, problem);
  }
}

}  // namespace bitworth::cli
