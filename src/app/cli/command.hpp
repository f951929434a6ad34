#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "bitworth/report/screen.hpp"

namespace bitworth::cli {

/// Exit codes, the same for every command.
enum Exit { done = 0, bad_input = 1, bad_usage = 2, requirement_not_met = 3, interrupted = 130 };

/// What every command answers: text for people, JSON for programs, and the exit code.
struct Answer {
  std::string text;
  nlohmann::ordered_json json;
  Exit exit = done;
};

/// Bad input: one line each on stderr, then the exit code. Thrown by commands, caught in main.
struct Failure {
  std::vector<std::string> messages;
  Exit exit = bad_input;
};

/// Adds a command with --json and -o FILE; `run` is called once the flags are read. The second form is told
/// what its text may show where it is going.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                      std::function<Answer()> run);
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                      std::function<Answer(const report::Screen&)> run);

// One per file; each adds its command.
void add_bottleneck(CLI::App&);
void add_roi(CLI::App&);
void add_scenarios(CLI::App&);
void add_hidden_costs(CLI::App&);
void add_payback(CLI::App&);
void add_advise(CLI::App&);
void add_checklist(CLI::App&);
void add_decide(CLI::App&);
void add_hardware(CLI::App&);
void add_schemes(CLI::App&);
void add_simulate(CLI::App&);
void add_workload(CLI::App&);
void add_validate(CLI::App&);
void add_inspect(CLI::App&);
void add_estimate(CLI::App&);
void add_crossover(CLI::App&);
void add_fit(CLI::App&);
void add_quality(CLI::App&);
void add_measure(CLI::App&);
void add_serve(CLI::App&);

}  // namespace bitworth::cli
