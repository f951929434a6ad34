#include "app/cli/flags.hpp"

#include <algorithm>

#include "app/cli/command.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/units/parse.hpp"

namespace bitworth::cli {
namespace {

// 4.50/3600*3600 is not 4.5: a conversion keeps 15 digits, which is what a person can have meant.
double tidied(double value) {
  return std::stod(format("{:.15g}", value));
}

// What to give for the flag: "tokens per second, such as 30 or "30 tok/s"".
std::string wanted(const NumberFlag& flag) {
  const FlagUnit& unit = flag.unit;
  const std::string plain = format("{}, such as {}", unit.wanted, flag.example);
  if (unit.written.empty()) return plain;
  const double shown = &unit == &flag_units::share ? tidied(flag.example / unit.base) : flag.example;
  std::string written = format(fmt::runtime(unit.written), shown);
  if (shown == 1 && written.ends_with("months")) written.pop_back();
  return format("{} or \"{}\"", plain, written);
}

bool counts_days(const std::string& text) {
  return std::ranges::any_of(std::vector<std::string>{"day", "month", "year"},
                             [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

}  // namespace

namespace flag_units {
const FlagUnit share{"SHARE", "a share", "{} %", {Dimension{}}, 0.01};
const FlagUnit factor{"FACTOR", "a factor", "{}x", {}};
const FlagUnit count{"N", "a whole number", "", {}};
const FlagUnit tokens_per_second{"TOK/S", "tokens per second", "{} tok/s", {TokensPerSecond::dimension}};
const FlagUnit dollars_per_hour{"$/H",
                                "dollars per hour",
                                "${}/h",
                                {DollarsPerSecond::dimension, Dollars::dimension},
                                1 / one_hour.value()};
const FlagUnit dollars_per_month{"$/MONTH",
                                 "dollars per month",
                                 "${}/month",
                                 {DollarsPerSecond::dimension, Dollars::dimension},
                                 1 / one_month.value()};
const FlagUnit hours{"HOURS", "hours of work", "{} h", {Seconds::dimension}, one_hour.value()};
const FlagUnit months{"MONTHS", "months", "{} months", {Seconds::dimension}, one_month.value()};
}  // namespace flag_units

std::expected<double, std::string> read_number(const std::string& text, const NumberFlag& flag) {
  const FlagUnit& unit = flag.unit;
  const bool times = &unit == &flag_units::factor && text.ends_with('x');
  const auto parsed = parse_quantity(times ? text.substr(0, text.size() - 1) : text);
  if (!parsed) return std::unexpected(format("{}; give {}", parsed.error(), wanted(flag)));
  const bool plain = times || text.find_first_not_of("0123456789+-.eE ") == std::string::npos;
  if (plain) return parsed->value;
  const auto match = std::ranges::find(unit.dimensions, parsed->dimension);
  if (match == unit.dimensions.end()) return std::unexpected(format("\"{}\" is not {}", text, wanted(flag)));
  // Working days have eight hours, and the parser's have twenty-four.
  if (&unit == &flag_units::hours && counts_days(text))
    return std::unexpected(
        format("\"{}\" is unclear: a working day is not 24 hours; give hours, such as 40", text));
  // A share is read in base units already; of the others only the first dimension is counted in the flag's
  // own.
  const bool converts = &unit != &flag_units::share && match == unit.dimensions.begin();
  return tidied(converts ? parsed->value / unit.base : parsed->value);
}

void NumberFlags::add_to(CLI::App& command, std::vector<NumberFlag> flags) {
  flags_ = std::move(flags);
  texts_.resize(flags_.size());
  for (std::size_t i = 0; i < flags_.size(); ++i) {
    CLI::Option* option = command.add_option(flags_[i].name, texts_[i], flags_[i].description);
    option->type_name(flags_[i].unit.name);
    if (!flags_[i].required) option->default_str(format("{}", flags_[i].example));
  }
}

NumberFlags::Reading NumberFlags::read() const {
  Reading reading;
  for (std::size_t i = 0; i < flags_.size(); ++i) {
    reading.values.push_back(flags_[i].example);
    if (texts_[i].empty()) {
      if (flags_[i].required)
        reading.problems.push_back(format("{} is missing: {}", flags_[i].name, wanted(flags_[i])));
      continue;
    }
    const auto number = read_number(texts_[i], flags_[i]);
    if (number) {
      reading.values.back() = *number;
    } else {
      reading.problems.push_back(format("{}: {}", flags_[i].name, number.error()));
    }
  }
  return reading;
}

std::string choice_problem(const std::string& flag, const std::string& text,
                           const std::vector<std::string>& choices) {
  if (std::ranges::find(choices, text) != choices.end()) return "";
  if (text.empty()) return format("{} is missing: {}", flag, listed(choices, "or"));
  const std::string hint = did_you_mean(text, choices);
  return format("{} \"{}\": must be {}{}", flag, text, listed(choices, "or"),
                hint.empty() ? "" : "; " + hint);
}

void refuse(const std::string& command, std::vector<std::string> problems, const Problems& more) {
  for (const Error& problem : more) problems.push_back(to_text(problem));
  if (problems.empty()) return;
  for (std::string& problem : problems) problem = command + ": " + problem;
  throw Failure{std::move(problems), bad_usage};
}

}  // namespace bitworth::cli
